import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import { unlimited } from '../../../src/base/rateLimit.ts';
import { type Dialect, dialects, type UnverifiedOwner } from '../../../src/base/roll.ts';
import { MiB } from '../../../src/base/sizes.ts';
import { fetchClassic } from '../../../src/client/classic/fetchClassic.ts';
import { serveClassic } from '../../../src/client/classic/serve.ts';
import { downloadUnverified, type UnverifiedDownload } from '../../../src/client/download/unverified.ts';
import { memoryNetwork } from '../../../src/net/transport/memory.ts';
import { nodeTransport } from '../../../src/net/transport/node.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { testSharing } from '../sharing/support.ts';

const content = randomBytes(9 * MiB + 321);
const transport = nodeTransport();

interface Scene {
  /** What Alice shares. */
  file: string;
  port: number;
  /** What Bob saved, and where. */
  fetch(dialect: Dialect, onProgress?: () => Promise<void>): Promise<UnverifiedDownload>;
  downloads: string;
}

async function scene(): Promise<Scene> {
  const { sharing, folder } = await testSharing({
    identity: await identityOf('alice'),
    transport,
    host: '127.0.0.1',
    clock: systemClock,
    plain: (files) => serveClassic({ files, clock: systemClock, log: silentLog }),
  });
  const file = join(folder, 'a file.bin');
  await writeFile(file, content);
  await sharing.share(file, {});
  const downloads = await mkdtemp(join(tmpdir(), 'rollcall-classic-'));
  onTestFinished(() => rm(downloads, { recursive: true }));
  const { signal } = new AbortController();
  const ports = { transport, clock: systemClock, limit: unlimited, report: () => {} };
  return {
    file,
    port: sharing.port,
    downloads,
    fetch(dialect, onChunk = async () => {}) {
      const owner: UnverifiedOwner = {
        user: userName('Alice'),
        address: '127.0.0.1',
        port: sharing.port,
        state: 'alive',
        name: resourceName('a file.bin'),
        modified: 0,
        dialect,
        spelling: 'a file.bin',
      };
      const request = {
        name: owner.name,
        owner: owner.user,
        target: join(downloads, 'saved.bin'),
        ifExists: 'refuse' as const,
        signal,
        fetch: (into: Parameters<typeof fetchClassic>[1]) => {
          const write = async (bytes: Uint8Array): Promise<void> => {
            await onChunk();
            await into.write(bytes);
          };
          return fetchClassic(owner, { begin: (size) => into.begin(size), write }, ports, signal);
        },
      };
      return downloadUnverified(request, { clock: systemClock, log: silentLog });
    },
  };
}

/** All that comes of a port that is told this, and what it ended with. */
function ask(port: number, request: string): Promise<{ text: string; error?: string | undefined }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request, 'latin1'));
    let text = '';
    let error: string | undefined;
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      error = cause.code;
    });
    socket.on('close', () => resolve({ text, error }));
  });
}

describe('a port that answers older dialects', () => {
  it('bears 10,000 callers, of whom it lets in 512, and 64 from one address', async () => {
    const clock = new FakeClock();
    const network = memoryNetwork({ clock, random: Math.random });
    const { sharing } = await testSharing({
      identity: await identityOf('alice'),
      transport: network.at('10.0.0.1'),
      clock,
      plain: (files) => serveClassic({ files, clock, log: silentLog }),
    });
    const to = { host: '10.0.0.1', port: sharing.port };
    const dial = async (from: string): Promise<boolean> => {
      try {
        const stream = await network.at(from).dialPlain(to, { signal: new AbortController().signal });
        stream.open({ data() {}, closed() {} });
        stream.write('GET_FILE\0');
        return true;
      } catch {
        return false;
      }
    };
    let ofOne = 0;
    for (let count = 0; count < 2000; count++) if (await dial('10.0.0.2')) ofOne += 1;
    let all = ofOne;
    for (let count = 0; count < 8000; count++) if (await dial(`10.0.1.${count % 200}`)) all += 1;
    expect([ofOne, all]).toEqual([64, 512]);
    await clock.wind(5000);
    expect(clock.waiting).toBe(0);
    expect(await dial('10.0.0.2')).toBe(true);
  });
});

describe('two peers that speak an older dialect over real sockets', () => {
  it.each([...dialects])('get every byte across in %s, by the port that speaks TLS as well', async (dialect) => {
    const { fetch, downloads } = await scene();
    const saved = await fetch(dialect);
    expect(saved).toMatchObject({ bytes: content.length, id: null, from: ['Alice'] });
    expect((await readFile(saved.path)).equals(content)).toBe(true);
    expect(await readdir(downloads)).toEqual(['saved.bin']);
  });

  it.each([...dialects])('leave no part of a file that changes on the way in %s', async (dialect) => {
    const { fetch, file, downloads } = await scene();
    let changed = false;
    const change = async (): Promise<void> => {
      if (!changed) await writeFile(file, randomBytes(content.length));
      changed = true;
    };
    await expect(fetch(dialect, change)).rejects.toMatchObject({ code: 'unfinished' });
    expect(await readdir(downloads)).toEqual([]);
  });

  it.each([
    ['get nothing', 'Error: File not found.\n'],
    ['get ../../../etc/hostname\n', 'Error: File not found.\n'],
    ['/etc/hostname', ''],
    ['DOWNLOAD /etc/hostname', 'ERROR File not found\n'],
    ['GET_FILE\0/etc/hostname\0', '\x01'],
  ])('hand out nothing else: %j', async (request, answer) => {
    const { port } = await scene();
    expect(await ask(port, request)).toEqual({ text: answer, error: undefined });
  });

  it('refuse what is asked in plain HTTP', async () => {
    const { port } = await scene();
    const { text } = await ask(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 40[34] /);
  });
});
