import { describe, expect, it } from 'vitest';
import type { HappeningBody, UserBody } from '../../../../src/server/site/api/bodies.ts';
import { type Lane, lanesOf } from '../../../../src/server/site/page/lanes.ts';

const user = (name: string, since: number, more: Partial<UserBody> = {}): UserBody => ({
  user: name,
  address: '10.0.0.1',
  port: 4000,
  state: 'alive',
  resources: 0,
  udp: 'ok',
  since,
  ...more,
});
let number = 0;
const happening = (name: string, what: HappeningBody['what'], at: number, session = 1): HappeningBody => ({
  number: ++number,
  at,
  what,
  session,
  user: name,
  address: '10.0.0.1',
  port: 3999 + session,
});
const frame = { start: 100, now: 200, most: 10 };
const spans = (lane: Lane | undefined): string[] =>
  (lane?.spans ?? []).map(({ from, to, state }) => `${from}-${to} ${state}`);

describe('a lane', () => {
  it('goes from state to state, and ends with the peer', () => {
    const told = [
      happening('ann', 'joined', 110),
      happening('ann', 'suspect', 120),
      happening('ann', 'alive', 130),
      happening('ann', 'suspect', 150),
      happening('ann', 'evicted', 160),
    ];
    const { lanes } = lanesOf([], told, frame);
    expect(spans(lanes[0])).toEqual(['110-120 alive', '120-130 suspect', '130-150 alive', '150-160 suspect']);
    expect(lanes[0]?.marks).toEqual(told);
  });

  it('of somebody to whom nothing happened is the state that he has, for as long as he is here', () => {
    const { lanes } = lanesOf([user('ann', 50), user('ben', 140, { state: 'suspect' })], [], frame);
    expect(lanes.map((lane) => [lane.user, ...spans(lane)])).toEqual([
      ['ann', '100-200 alive'],
      ['ben', '140-200 suspect'],
    ]);
  });

  it('begins at the edge where its beginning is not told', () => {
    const told = [happening('ann', 'left', 130), happening('ben', 'alive', 140, 2)];
    const { lanes } = lanesOf([], told, frame);
    expect(lanes.map(spans)).toEqual([['100-130 alive'], ['100-140 suspect', '140-200 alive']]);
  });

  it('has what each of two programs of one user did, once', () => {
    const told = [happening('ann', 'joined', 120, 1)];
    const here = [user('ann', 120, { port: 4000 }), user('ann', 90, { port: 4001 })];
    const { lanes } = lanesOf(here, told, frame);
    expect(lanes.map(spans)).toEqual([['120-200 alive', '100-200 alive']]);
  });

  it('shows nothing of what was over before', () => {
    const told = [happening('ann', 'joined', 10), happening('ann', 'left', 20)];
    expect(lanesOf([], told, frame)).toEqual({ lanes: [], more: 0 });
  });
});

it('the lanes are of those to whom something happened last, by name', () => {
  const told = [happening('zoe', 'joined', 150, 1), happening('ben', 'joined', 160, 2)];
  const here = [user('ann', 50, { port: 1 }), user('cat', 50, { port: 2 })];
  const { lanes, more } = lanesOf(here, told, { ...frame, most: 3 });
  expect([lanes.map((lane) => lane.user), more]).toEqual([['ann', 'ben', 'zoe'], 1]);
});
