import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ContentId, contentId, fingerprint } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName } from '../../../src/base/names.ts';
import type { Announcement } from '../../../src/base/roll.ts';
import type {
  AppEvent,
  Participant,
  ParticipantOptions,
  SharedUpload,
  ShareOptions,
  TrafficChange,
} from '../../../src/client/contract.ts';
import type { Daemon, DaemonEvent } from '../../../src/client/daemon/daemon.ts';
import type { DaemonOptions } from '../../../src/client/daemon/daemonOptions.ts';
import { openDaemon } from '../../../src/client/daemon/openDaemon.ts';
import { FakeClock } from '../../support/fakeClock.ts';

export const id = (digit: string): ContentId => contentId(digit.repeat(64));

/** A folder of its own on the real disk; gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-daemon-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function announcement(name: string, more: Partial<Announcement> = {}): Announcement {
  return { name: resourceName(name), id: id('a'), size: 3, kind: 'file', description: '', modified: 1, ...more };
}

const refuse = (what: string) => (): never => {
  throw new Error(`no test asks for ${what}`);
};

/** A client at a tracker, of which a test sees and says everything. */
export class FakeParticipant {
  readonly options: ParticipantOptions;
  readonly calls: string[] = [];
  readonly configured: TrafficChange[] = [];
  uploads: SharedUpload[] = [];
  moved: { up: number; down: number } = { up: 0, down: 0 };
  disposed = false;
  shareWith: (path: string, how: ShareOptions) => Promise<Announcement> = async (_path, { as }) =>
    announcement(as ?? 'a');
  entries: Announcement[] = [];

  constructor(options: ParticipantOptions) {
    this.options = options;
  }

  tell(event: AppEvent): void {
    this.options.onEvent?.(event);
  }

  get face(): Participant {
    const { options } = this;
    return {
      user: options.user,
      port: options.peerPort || 50_001,
      tracker: { ...options.server, fingerprint: fingerprint('cd'.repeat(32)) },
      find: refuse('rows'),
      users: refuse('users'),
      located: refuse('owners'),
      download: refuse('a download'),
      downloadUnverified: refuse('a download'),
      link: refuse('a link'),
      phoneLink: refuse('a link'),
      metalink: refuse('a metalink'),
      isRegistered: refuse('names'),
      unregister: refuse('names'),
      share: (path, how) => {
        this.calls.push(`share ${how.as} ${path}`);
        return this.shareWith(path, how);
      },
      shareEntries: async (folder, { without = [] }) => {
        this.calls.push(`entries ${folder}`);
        for (const resource of this.entries) {
          if (!without.includes(resource.name)) this.tell({ event: 'announced', resource });
        }
      },
      withdraw: async (name) => void this.calls.push(`withdraw ${name}`),
      shared: () => [],
      uploads: () => this.uploads,
      moved: () => this.moved,
      configure: (change) => void this.configured.push(change),
      [Symbol.asyncDispose]: async () => {
        this.disposed = true;
        this.calls.push('left');
      },
    };
  }
}

export interface Scene {
  daemon: Daemon;
  clock: FakeClock;
  folder: string;
  events: DaemonEvent[];
  /** Those that were opened, newest last. */
  participants: FakeParticipant[];
  newest(): FakeParticipant;
  /** Waited for before one is open. */
  joining: {
    wait: (signal: AbortSignal) => Promise<void>;
    share?: FakeParticipant['shareWith'];
    entries?: Announcement[];
  };
}

export async function scene(options: Partial<DaemonOptions> = {}, home?: string): Promise<Scene> {
  const folder = home ?? (await temporaryFolder());
  const clock = new FakeClock();
  const participants: FakeParticipant[] = [];
  const joining: Scene['joining'] = { wait: async () => {} };
  const daemon = await openDaemon(
    {
      home: join(folder, 'home'),
      downloads: join(folder, 'downloads'),
      shareFolder: join(folder, 'shared'),
      peerPort: 0,
      traffic: { uploadSlots: 4, maxOwners: 5 },
      downloadSlots: 2,
      log: silentLog,
      signal: new AbortController().signal,
      ...options,
    },
    {
      clock,
      async openParticipant(how) {
        const participant = new FakeParticipant(how);
        participants.push(participant);
        if (joining.share !== undefined) participant.shareWith = joining.share;
        participant.entries = joining.entries ?? [];
        await joining.wait(how.signal);
        participant.tell({ event: 'joined', again: false, reachable: true });
        return participant.face;
      },
    },
  );
  onTestFinished(() => daemon[Symbol.asyncDispose]());
  const events: DaemonEvent[] = [];
  daemon.watch((event) => events.push(event));
  return {
    daemon,
    clock,
    folder,
    events,
    participants,
    joining,
    newest() {
      const newest = participants.at(-1);
      if (newest === undefined) throw new Error('nothing was opened');
      return newest;
    },
  };
}

/** Waits for the real disk: the file system has no fake clock. */
export async function eventually(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 2));
  if (!holds()) throw new Error('it did not come to that');
}
