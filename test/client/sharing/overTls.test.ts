import { randomBytes } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hashContent } from '../../../src/base/merkle.ts';
import { MiB } from '../../../src/base/sizes.ts';
import { nodeTransport } from '../../../src/net/transport/node.ts';
import type { HttpAnswer, HttpConnection } from '../../../src/net/transport/transport.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { TicketOffice, temporaryFolder, testSharing } from './support.ts';

const content = randomBytes(9 * MiB + 321);
const { id } = hashContent(content);
const signal = new AbortController().signal;

async function served(): Promise<{ file: string; get(headers: Record<string, string>): Promise<HttpAnswer> }> {
  const [alice, bob] = [await identityOf('alice'), await identityOf('bob')];
  const clock = new FakeClock();
  const office = new TicketOffice(clock);
  const transport = nodeTransport();
  const { sharing } = await testSharing({
    identity: alice,
    transport,
    host: '127.0.0.1',
    issuer: office.issuer(),
    clock,
  });
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, content);
  await sharing.share(file, {});
  const ticket = await office.ticket(id, { owner: alice.fingerprint, fetcher: bob.fingerprint });
  const to = { host: '127.0.0.1', port: sharing.port };
  const connection: HttpConnection = await transport.dialHttp(to, { identity: bob, expect: alice.fingerprint, signal });
  onTestFinished(() => connection[Symbol.asyncDispose]());
  const always = { authorization: `Bearer ${ticket}`, host: 'alice' };
  const get = (headers: Record<string, string>): Promise<HttpAnswer> =>
    connection.request(
      { method: 'GET', path: `/content/${id}`, headers: new Map(Object.entries({ ...always, ...headers })) },
      signal,
    );
  return { file, get };
}

/** Reads with a pause now and then, so that what is written meets a full socket. */
async function slowly(answer: HttpAnswer): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await answer.read(async (chunk) => {
    chunks.push(new Uint8Array(chunk));
    if (chunks.length % 32 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });
  return Buffer.concat(chunks);
}

describe('over real TLS', () => {
  it('the whole and its parts arrive as they are on disk, in spite of a slow reader', async () => {
    const { get } = await served();
    expect((await slowly(await get({}))).equals(content)).toBe(true);
    for (let start = 0; start < content.length; start += 2 * MiB) {
      const end = Math.min(content.length, start + 2 * MiB);
      const answer = await get({ range: `bytes=${start}-${end - 1}` });
      expect([answer.status, (await slowly(answer)).equals(content.subarray(start, end))]).toEqual([206, true]);
    }
  });

  it('a file that changes in the middle ends in a cut, not in a body', async () => {
    const { file, get } = await served();
    const answer = await get({});
    let bytes = 0;
    const reading = answer.read(async (chunk) => {
      const first = bytes === 0;
      expect(Buffer.from(chunk).equals(content.subarray(bytes, bytes + chunk.length))).toBe(true);
      bytes += chunk.length;
      if (first) await writeFile(file, Buffer.alloc(content.length + 1, 1));
    });
    await expect(reading).rejects.toMatchObject({ code: 'unreachable' });
    expect(bytes).toBeLessThan(content.length);
  });

  it('a file that only grows in the middle arrives as it was', async () => {
    const { file, get } = await served();
    await appendFile(file, 'more');
    expect((await slowly(await get({}))).equals(content)).toBe(true);
  });
});
