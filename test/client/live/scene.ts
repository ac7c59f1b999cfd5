import { type ContentId, contentId, fingerprint } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Change, PeerState, ResourceRow, UserRow } from '../../../src/base/roll.ts';
import type { RollQuery, RollSource } from '../../../src/client/live/liveRoll.ts';
import { type OpenLiveRoll, openLiveRoll } from '../../../src/client/live/openLiveRoll.ts';
import { FakeClock } from '../../support/fakeClock.ts';

export const id = (digit: string): ContentId => contentId(digit.repeat(64).slice(0, 64));

export const userRow = (user: string, more: Partial<UserRow> = {}): UserRow => ({
  user: userName(user),
  address: `10.0.0.${user.length}`,
  port: 4000,
  fingerprint: fingerprint('ab'.repeat(32)),
  state: 'alive',
  resources: 0,
  udp: 'ok',
  since: 1,
  ...more,
});

export const row = (name: string, owner: string, more: Partial<ResourceRow> = {}): ResourceRow =>
  ({
    name: resourceName(name),
    id: id('a'),
    size: 3,
    kind: 'file',
    description: '',
    modified: 1,
    owner: userName(owner),
    address: `10.0.0.${owner.length}`,
    port: 4000,
    state: 'alive',
    ...more,
  }) as ResourceRow;

const where = (user: string) => ({ user: userName(user), address: `10.0.0.${user.length}`, port: 4000 });
export const joined = (user: string): Change => ({ change: 'joined', ...where(user) });
export const left = (user: string): Change => ({ change: 'left', why: 'it left', ...where(user) });
export const stateOf = (user: string, state: PeerState): Change => ({ change: 'state', state, ...where(user) });
export const announced = (of: ResourceRow): Change => ({ change: 'announced', ...of });
export const withdrawn = ({ owner, name, id: was, address, port }: ResourceRow): Change => ({
  change: 'withdrawn',
  owner,
  name,
  id: was,
  address,
  port,
});

export const all: RollQuery = { sort: 'name', descending: false, offset: 0, limit: 1_000_000 };

/** A tracker's lists, which a test may hold up. */
export class FakeSource implements RollSource {
  userRows: UserRow[];
  rows: ResourceRow[];
  /** How often everything was asked for, and the users. */
  lists = 0;
  asked = 0;
  /** Waited for before each row. */
  hold: () => Promise<void> = async () => {};

  constructor(users: UserRow[], rows: ResourceRow[]) {
    this.userRows = users;
    this.rows = rows;
  }

  async *find(): AsyncGenerator<ResourceRow> {
    this.lists += 1;
    for (const one of this.rows) {
      await this.hold();
      yield one;
    }
  }

  async *users(): AsyncGenerator<UserRow> {
    this.asked += 1;
    yield* this.userRows;
  }
}

export interface Scene extends OpenLiveRoll {
  clock: FakeClock;
  names(query?: Partial<RollQuery>): string[];
}

export function scene(mostRows?: number): Scene {
  const clock = new FakeClock();
  const live = openLiveRoll({ clock, log: silentLog, mostRows });
  return { ...live, clock, names: (query) => live.roll.contents({ ...all, ...query }).rows.map(({ name }) => name) };
}
