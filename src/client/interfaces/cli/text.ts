import { sizeText } from '../../../base/sizeText.ts';

const secondsPerMinute = 60;
const secondsPerHour = 3600;
/** The last instant that a Date can hold, milliseconds since 1970. */
const lastInstant = 8.64e15;

export const rateText = (bytesPerSecond: number): string => `${sizeText(Math.round(bytesPerSecond))}/s`;

/** A duration for a person: `under 0.1 s`, `0.4 s`, `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationText(seconds: number): string {
  if (seconds < 0.05) return 'under 0.1 s';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < secondsPerMinute) return `${whole} s`;
  if (whole < secondsPerHour) return `${Math.floor(whole / secondsPerMinute)} min ${whole % secondsPerMinute} s`;
  return `${Math.floor(whole / secondsPerHour)} h ${Math.floor((whole % secondsPerHour) / secondsPerMinute)} min`;
}

/** A time by somebody's clock, in ours: `2026-05-01 14:03`. */
export function timeText(ms: number): string {
  if (!(Math.abs(ms) <= lastInstant)) return 'unknown time';
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

export const countText = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
