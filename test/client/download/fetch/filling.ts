import type { ContentId } from '../../../../src/base/ids.ts';
import type { DownloadPorts, DownloadRequest } from '../../../../src/client/download/download.ts';
import { Crowd } from '../../../../src/client/download/fetch/crowd.ts';
import type { FakePeer, Served } from '../../../support/fakePeer.ts';
import { drive, type Scene } from '../scene.ts';
import { type MemoryTarget, memoryTarget } from './memoryTarget.ts';

export interface Filling {
  target: MemoryTarget;
  /** Bytes by owner. */
  from: Map<string, number>;
  /** Resolves when it is whole. */
  done: Promise<void>;
}

export interface FillingOptions extends Partial<DownloadRequest> {
  ports?: Partial<DownloadPorts>;
  fill?: MemoryTarget;
}

/** Starts to fetch a content into memory. */
export function startFilling(
  s: Scene,
  content: Served & { id: ContentId },
  peers: readonly FakePeer[],
  { ports, fill: target = memoryTarget(content), ...more }: FillingOptions = {},
): Filling {
  const from = new Map<string, number>();
  const crowd = new Crowd(s.request(content, peers, more), { ...s.ports, ...ports }, () => ({
    bytes: [...from.values()].reduce((sum, bytes) => sum + bytes, 0),
    size: content.size,
  }));
  const run = async (): Promise<void> => {
    await using _crowd = crowd;
    await crowd.fill(target, (owner, bytes) => void from.set(owner, (from.get(owner) ?? 0) + bytes));
  };
  return { target, from, done: run() };
}

/** As `startFilling`, and winds the clock until it is over. */
export async function filling(...how: Parameters<typeof startFilling>): Promise<Filling> {
  const started = startFilling(...how);
  await drive(how[0].clock, started.done);
  return started;
}
