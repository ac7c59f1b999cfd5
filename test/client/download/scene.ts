import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContentId } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName } from '../../../src/base/names.ts';
import type { PeerAddress } from '../../../src/base/roll.ts';
import type { Disk } from '../../../src/client/download/disk/disk.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import {
  type Download,
  type DownloadPorts,
  type DownloadRequest,
  download,
} from '../../../src/client/download/download.ts';
import type { Owners } from '../../../src/client/download/request.ts';
import { inlineHasher } from '../../../src/client/hashing/hasher.ts';
import { type MemoryNetwork, memoryNetwork } from '../../../src/net/transport/memory.ts';
import { FakeClock, settle as settleTurns } from '../../support/fakeClock.ts';
import { type FakePeer, fakePeer, type Knobs, type Served, served } from '../../support/fakePeer.ts';
import { identityOf } from '../../support/identities.ts';
import { seededRandom } from '../../support/random.ts';
import { countingDisk } from '../../support/wrapDisk.ts';

type Content = Served & { id: ContentId };

/** Where a sync costs nothing, if there is such a place. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A network with a downloader and its peers, and a folder to save in. */
export interface Scene extends AsyncDisposable {
  clock: FakeClock;
  network: MemoryNetwork;
  folder: string;
  target: string;
  reports: PeerAddress[];
  ports: DownloadPorts;
  peer(user: string, contents: readonly Content[], knobs?: Knobs): Promise<FakePeer>;
  request(
    content: { id: ContentId; size: number },
    peers: readonly FakePeer[],
    more?: Partial<DownloadRequest>,
  ): DownloadRequest;
  /** Winds the clock until the download is over. */
  download(request: DownloadRequest, ports?: Partial<DownloadPorts>): Promise<Download>;
  /** Names in the folder. */
  names(): Promise<string[]>;
  saved(): Promise<Buffer>;
}

/** `latencyMs`: from one host to another. */
export async function scene(latencyMs = 0): Promise<Scene> {
  const folder = await mkdtemp(join(memory, 'rollcall-download-'));
  const clock = new FakeClock();
  // The disk keeps real times.
  clock.jumpWall(Date.now() - clock.wall());
  const network = memoryNetwork({ clock, random: seededRandom(1), latencyMs });
  const target = join(folder, 'saved.bin');
  const reports: PeerAddress[] = [];
  const disks: ReturnType<typeof countingDisk>[] = [];
  const counted = (disk: Disk): Disk => {
    const counting = countingDisk(disk);
    disks.push(counting);
    return counting.disk;
  };
  const ports: DownloadPorts = {
    identity: await identityOf('downloader'),
    transport: network.at('10.0.0.1'),
    clock,
    random: seededRandom(2),
    log: silentLog,
    writer: inlineHasher,
    disk: counted(nodeDisk),
  };
  const peers: FakePeer[] = [];
  return {
    clock,
    network,
    folder,
    target,
    reports,
    ports,
    async peer(user, contents, knobs = {}) {
      const address = `10.0.0.${10 + peers.length}`;
      const peer = await fakePeer({
        user,
        address,
        identity: await identityOf(user),
        transport: network.at(address),
        clock,
        contents: contents.map((content) => [content.id, content] as const),
        knobs,
      });
      peers.push(peer);
      return peer;
    },
    request({ id, size }, from, more) {
      const owners = ownersOf(from);
      return {
        id,
        size,
        kind: 'file',
        name: resourceName('report.bin'),
        owners,
        moreOwners: async () => owners,
        watchOwners: () => ({ [Symbol.dispose]() {} }),
        maxOwners: 16,
        report: (owner) => void reports.push(owner),
        target,
        ifExists: 'refuse',
        signal: new AbortController().signal,
        ...more,
      };
    },
    download(request, changed) {
      const disk = changed?.disk === undefined ? ports.disk : counted(changed.disk);
      return drive(clock, download(request, { ...ports, ...changed, disk }), () => disks.some(({ busy }) => busy()));
    },
    names: async () => (await readdir(folder)).sort(),
    saved: () => readFile(target),
    async [Symbol.asyncDispose]() {
      for (const peer of peers) await peer[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the roll says of them now: those who have not all pieces are partial. */
export const ownersOf = (peers: readonly FakePeer[]): Owners => ({
  whole: peers.filter(({ knobs }) => knobs.has === undefined).map(({ owner }) => owner),
  partial: peers
    .filter(({ knobs }) => knobs.has !== undefined)
    .map(({ owner: { address, port, fingerprint, ticket } }) => ({ address, port, fingerprint, ticket })),
});

/** Lets time pass until `promise` settles, an hour at most; it stands still while the disk is `busy`. */
export async function drive<T>(clock: FakeClock, promise: Promise<T>, busy: () => boolean = () => false): Promise<T> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  for (let step = 0; step < 180_000 && !settled; step++) {
    await settleTurns();
    while (busy()) await settleTurns();
    await clock.wind(20);
  }
  return promise;
}

/** Bytes that look random and are the same for the same seed. */
export function bytesOf(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE((state ^ (state >>> 13)) >>> 0, at);
  }
  for (let at = length - (length % 4); at < length; at++) bytes[at] = (seed * 31 + at) & 0xff;
  return bytes;
}

export const contentOf = (length: number, seed?: number): Content & { bytes: Buffer } => {
  const bytes = bytesOf(length, seed);
  return { ...served(bytes), bytes };
};
