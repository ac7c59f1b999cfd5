import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { fingerprint } from '../../src/base/ids.ts';
import { silentLog } from '../../src/base/log.ts';
import { resourceName, userName } from '../../src/base/names.ts';
import { adjustableRateLimit } from '../../src/base/rateLimit.ts';
import type { PeerAddress, UnverifiedChoice } from '../../src/base/roll.ts';
import type { Grounds } from '../../src/client/grounds.ts';
import { inlineHasher } from '../../src/client/hashing/hasher.ts';
import type { Session } from '../../src/client/session/session.ts';
import { visitorOver } from '../../src/client/visitor.ts';
import { memoryNetwork } from '../../src/net/transport/memory.ts';
import type { Transport } from '../../src/net/transport/transport.ts';
import type { TrackerCalls } from '../../src/net/wire/control.ts';
import { identityOf } from '../support/identities.ts';
import { choice, owner, unverified } from './interfaces/fakes.ts';

type Located = TrackerCalls['locate']['result'];

interface Scene {
  visitor: ReturnType<typeof visitorOver>;
  carol: Transport;
  downloads: string;
  reports: PeerAddress[];
}

/** A visitor to whom the tracker names this. */
async function scene(located: Located): Promise<Scene> {
  const network = memoryNetwork({ clock: systemClock, random: Math.random });
  const reports: PeerAddress[] = [];
  const answer = async (method: string, params: unknown): Promise<unknown> => {
    if (method === 'locate') return located;
    reports.push(params as PeerAddress);
    return {};
  };
  const at = { host: '10.0.0.9', port: 7450 };
  const known = { at, fingerprint: fingerprint('ab'.repeat(32)), publicKey: new Uint8Array(), clockOffsetMs: 0 };
  const session: Session = {
    tracker: known,
    registered: undefined,
    call: answer as Session['call'],
    watchOwners: () => ({ [Symbol.dispose]() {} }),
    async [Symbol.asyncDispose]() {},
  };
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-visitor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const grounds: Grounds = {
    home: { identity: await identityOf('bob'), knownTrackers: '', hashCache: '', links: '' },
    transport: network.at('10.0.0.2'),
    hasher: inlineHasher,
    limitUp: adjustableRateLimit(undefined, systemClock),
    limitDown: adjustableRateLimit(undefined, systemClock),
    async [Symbol.asyncDispose]() {},
  };
  const options = {
    server: { host: '10.0.0.9', port: 7450 },
    home: folder,
    downloads: join(folder, 'downloads'),
    traffic: { uploadSlots: 1, maxOwners: 1 },
    log: silentLog,
    signal: new AbortController().signal,
  };
  const visitor = visitorOver(session, options, grounds, () => undefined);
  return { visitor, carol: network.at('10.0.0.3'), downloads: options.downloads, reports };
}

const name = resourceName('test.txt');
const atCarol: UnverifiedChoice = unverified('Carol', '10.0.0.3', 4000);
const atBob = choice('a', 3, owner('Bob', '10.0.0.4', 4000));
const signal = new AbortController().signal;

describe('what a visitor finds', () => {
  it('is what can be verified, and what cannot', async () => {
    const { visitor } = await scene({ choices: [atBob], unverified: [atCarol] });
    expect(await visitor.located({ name })).toEqual({ choices: [atBob], unverified: [atCarol] });
  });

  it('may be what cannot be verified alone', async () => {
    const { visitor } = await scene({ choices: [], unverified: [atCarol] });
    expect(await visitor.located({ name })).toEqual({ choices: [], unverified: [atCarol] });
  });

  it('is nothing where nobody has it', async () => {
    const { visitor } = await scene({ choices: [] });
    await expect(visitor.located({ name })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('what a visitor fetches of an older program', () => {
  it('is saved as every download is, unverified', async () => {
    const { visitor, carol, downloads, reports } = await scene({ choices: [], unverified: [atCarol] });
    const asked: string[] = [];
    await carol.listenPlain(
      { host: '10.0.0.3', port: 4000 },
      {
        accept: (stream) =>
          stream.open({
            data(bytes) {
              asked.push(new TextDecoder().decode(bytes));
              stream.write('hello there');
              stream.end();
            },
            closed() {},
          }),
      },
    );
    const saved = await visitor.downloadUnverified(atCarol, { ifExists: 'refuse', signal });
    expect(asked).toEqual(['get test.txt']);
    expect(saved).toMatchObject({ bytes: 11, id: null, lengthTold: false, from: [userName('Carol')] });
    expect(saved.path).toBe(join(downloads, 'downloaded_Carol_test.txt'));
    expect(await readFile(saved.path, 'utf8')).toBe('hello there');
    expect(await readdir(downloads)).toEqual(['downloaded_Carol_test.txt']);
    expect(reports).toEqual([]);
  });

  it('goes where it is told to', async () => {
    const { visitor, carol, downloads } = await scene({ choices: [], unverified: [atCarol] });
    const accept = (stream: Parameters<Parameters<Transport['listenPlain']>[1]['accept']>[0]): void => {
      stream.open({ data: () => stream.end(), closed() {} });
    };
    await carol.listenPlain({ host: '10.0.0.3', port: 4000 }, { accept });
    const file = join(downloads, '..', 'mine.txt');
    const saved = await visitor.downloadUnverified(atCarol, { file, ifExists: 'refuse', signal });
    expect(saved).toMatchObject({ path: file, bytes: 0 });
  });

  it('is reported to the tracker where its owner cannot be reached', async () => {
    const { visitor, reports } = await scene({ choices: [], unverified: [atCarol] });
    const fetching = visitor.downloadUnverified(atCarol, { ifExists: 'refuse', signal });
    await expect(fetching).rejects.toMatchObject({ code: 'unreachable' });
    expect(reports).toEqual([{ address: '10.0.0.3', port: 4000 }]);
  });
});
