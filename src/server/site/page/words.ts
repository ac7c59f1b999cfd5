import type { HappeningBody } from '../api/bodies.ts';

/** How what happens to a peer is told, and how grave it is. */
export const happeningWords: Readonly<
  Record<HappeningBody['what'], { text: string; tone: 'good' | 'warn' | 'bad' | 'plain' }>
> = {
  joined: { text: 'joined', tone: 'good' },
  suspect: { text: 'suspect', tone: 'warn' },
  alive: { text: 'alive again', tone: 'good' },
  left: { text: 'left', tone: 'plain' },
  evicted: { text: 'evicted', tone: 'bad' },
};

/** `12.5`, `1,240`: a rate, with a digit behind the point only where it says something. */
export const perSecond = (rate: number): string =>
  `${rate.toLocaleString('en', { maximumFractionDigits: rate < 10 ? 1 : 0 })}/s`;

/** Tells a person nothing. */
const dull = 'session';

/** The fields of a line of the log, as the terminal has them. */
export const fieldsText = (fields: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .filter(([name]) => name !== dull)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join(' ');
