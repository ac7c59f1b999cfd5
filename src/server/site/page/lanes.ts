import type { HappeningBody, UserBody } from '../api/bodies.ts';

/** What one user did over a while. */
export interface Lane {
  user: string;
  spans: Span[];
  marks: HappeningBody[];
}

/** A while in one state, milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
  state: 'alive' | 'suspect';
}

export interface LaneFrame {
  /** The edges. */
  start: number;
  now: number;
  /** Lanes at most: those to whom something happened last come first. */
  most: number;
}

/** A lane for each user, by name, and how many more there are. */
export function lanesOf(
  users: readonly UserBody[],
  happenings: readonly HappeningBody[],
  { start, now, most }: LaneFrame,
): { lanes: Lane[]; more: number } {
  const lanes = new Map<string, Lane>();
  const laneOf = (user: string): Lane => {
    const lane = lanes.get(user) ?? { user, spans: [], marks: [] };
    lanes.set(user, lane);
    return lane;
  };
  const add = (user: string, span: Span): void => {
    if (span.to <= start || span.from >= now) return;
    laneOf(user).spans.push({ ...span, from: Math.max(start, span.from), to: Math.min(now, span.to) });
  };

  const open = new Map<number, { user: string; at: string; from: number; state: Span['state'] }>();
  for (const one of happenings) {
    const { session, user, at, what } = one;
    // Of whom nothing was told before, the state is what this one ended.
    const before = open.get(session) ?? (what === 'joined' ? undefined : { from: 0, state: endedBy(what) });
    if (before !== undefined) add(user, { from: before.from, to: at, state: before.state });
    if (what === 'left' || what === 'evicted') open.delete(session);
    else {
      const state = what === 'suspect' ? 'suspect' : 'alive';
      open.set(session, { user, at: place(one), from: at, state });
    }
    if (at > start && at <= now) laneOf(user).marks.push(one);
  }
  for (const { user, from, state } of open.values()) add(user, { from, to: now, state });
  const told = new Set([...open.values()].map(({ user, at }) => `${user} ${at}`));
  for (const one of users) {
    const span: Span = { from: one.since, to: now, state: one.state };
    if (!told.has(`${one.user} ${place(one)}`)) add(one.user, span);
  }

  const lastOf = ({ marks }: Lane): number => marks.at(-1)?.at ?? 0;
  const ranked = [...lanes.values()].sort((a, b) => lastOf(b) - lastOf(a) || byName(a, b));
  return { lanes: ranked.slice(0, most).sort(byName), more: Math.max(0, ranked.length - most) };
}

const endedBy = (what: HappeningBody['what']): Span['state'] => (what === 'alive' ? 'suspect' : 'alive');

const place = ({ address, port }: { address: string; port: number }): string => `${address} ${port}`;

const byName = (a: Lane, b: Lane): number => a.user.localeCompare(b.user, 'en', { sensitivity: 'base' });
