import { instanceId } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { hashContent } from '../../../src/base/merkle.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Random } from '../../../src/base/random.ts';
import type { Announcement } from '../../../src/base/roll.ts';
import type { Pins } from '../../../src/client/session/pins.ts';
import type { JoinOptions, SessionEvent } from '../../../src/client/session/session.ts';
import { type MemoryNetwork, memoryNetwork } from '../../../src/net/transport/memory.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { ScriptedTracker } from '../../support/scriptedTracker.ts';

export const trackerAddress = '10.0.0.1';
export const clientAddress = '10.0.0.2';

/** A tracker and a client on a network of their own. */
export interface World {
  clock: FakeClock;
  network: MemoryNetwork;
  tracker: ScriptedTracker;
  events: SessionEvent[];
  options: JoinOptions;
  /** What the client draws: 0.5 unless a test sets it. */
  chance: { next: number };
}

export async function world(net: { latencyMs?: number; loss?: number } = {}): Promise<World> {
  const clock = new FakeClock();
  const network = memoryNetwork({ clock, random: () => 0.5, ...net });
  const tracker = await ScriptedTracker.start({
    transport: network.at(trackerAddress),
    identity: await identityOf('tracker'),
    clock,
  });
  const events: SessionEvent[] = [];
  const chance = { next: 0.5 };
  const random: Random = () => chance.next;
  const options: JoinOptions = {
    server: { host: trackerAddress, port: 7450 },
    user: userName('Sally'),
    peerPort: 50_000,
    instance: instanceId('5a'.repeat(16)),
    identity: await identityOf('sally'),
    pins: anyKey,
    transport: network.at(clientAddress),
    clock,
    random,
    log: silentLog,
    agent: 'rollcall/test',
    onEvent: (event) => void events.push(event),
    signal: new AbortController().signal,
  };
  return { clock, network, tracker, events, options, chance };
}

/** Takes every tracker for one that is known. */
export const anyKey: Pins = { check: async () => 'same' };

export function announcement(name: string, change: Partial<Announcement> = {}): Announcement {
  const { id } = hashContent(Buffer.from(name));
  return { name: resourceName(name), id, size: name.length, kind: 'file', description: '', modified: 0, ...change };
}
