import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '../../../src/base/clock.ts';
import { hashContent, leafBytes } from '../../../src/base/merkle.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Choice, Owner } from '../../../src/base/roll.ts';
import type { LinkPorts } from '../../../src/client/links/askOwner.ts';
import { checkTerms } from '../../../src/client/links/claims.ts';
import { fetchLeaves } from '../../../src/client/links/leaves.ts';
import { leavesMs, linkDialMs, maxLeafedBytes } from '../../../src/client/links/limits.ts';
import { linkTo, linkUrl, phoneLinkTo } from '../../../src/client/links/linkTo.ts';
import { publicKeyOf } from '../../../src/net/identity/certificate.ts';
import { type MemoryNetwork, memoryNetwork } from '../../../src/net/transport/memory.ts';
import type { HttpHandler } from '../../../src/net/transport/transport.ts';
import { encodeProblem, nothingHere } from '../../../src/net/wire/peer.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';

const content = Buffer.alloc(40_000, 'some content, ');
const { id } = hashContent(content);
const leaves = Buffer.concat(
  [0, 1, 2].map((at) =>
    createHash('sha256')
      .update(content.subarray(at * leafBytes, (at + 1) * leafBytes))
      .digest(),
  ),
);
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let clock: FakeClock;
let network: MemoryNetwork;
let ports: LinkPorts;
let asked: { owner: string; path: string; authorization: string | undefined }[];

beforeEach(async () => {
  clock = new FakeClock();
  network = memoryNetwork({ clock, random: () => 0 });
  const stop = new AbortController();
  ports = { identity: await identityOf('guest'), transport: network.at('10.0.0.9'), clock, signal: stop.signal };
  asked = [];
});

/** A peer at `address` that answers so. */
async function peer(
  name: string,
  address: string,
  handle: HttpHandler,
  more: Record<string, unknown> = {},
): Promise<Owner> {
  const identity = await identityOf(name);
  await network.at(address).serveHttp(
    { host: address, port: 5000 },
    {
      identity,
      handle: (request, caller) => {
        asked.push({ owner: name, path: request.path, authorization: request.headers.get('authorization') });
        return handle(request, caller);
      },
    },
  );
  const claims = { iss: identity.fingerprint, aud: identity.fingerprint, cid: id, iat: 1000, exp: 4600, ...more };
  return {
    user: userName(name),
    address,
    port: 5000,
    fingerprint: identity.fingerprint,
    state: 'alive',
    name: resourceName('a.bin'),
    modified: 0,
    ticket: `${encode({ typ: 'rollcall-link+jwt' })}.${encode(claims)}.signature`,
  };
}

const choiceOf = (...owners: Owner[]): Choice => ({
  id,
  size: content.length,
  kind: 'file',
  description: '',
  owners,
  partial: [],
});

const gives =
  (body: Uint8Array, status = 200): HttpHandler =>
  async () => ({ status, headers: new Map([['content-length', `${body.length}`]]), body });

/** Winds the clock until `work` is over. */
async function run<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  done.catch(() => {});
  for (let turn = 0; turn < 100 && !over; turn++) await clock.wind(10);
  return done;
}

describe('a link', () => {
  it('leads to the owner, says when it ends, and names his key', async () => {
    const bob = await peer('Bob', '10.0.0.1', gives(leaves));
    const { certificate } = await identityOf('Bob');
    expect(await run(linkTo(choiceOf(bob), bob, ports))).toEqual({
      url: `https://10.0.0.1:5000/content/${id}?ticket=${bob.ticket}`,
      owner: 'Bob',
      expires: 4_600_000,
      uses: null,
      plain: false,
      pin: createHash('sha256').update(publicKeyOf(certificate)).digest('base64'),
    });
    expect(asked).toEqual([]);
  });

  it('has an IPv6 address in brackets', async () => {
    const bob = await peer('Bob', 'fd00::1', gives(leaves));
    expect(linkUrl(choiceOf(bob), bob)).toMatch(/^https:\/\/\[fd00::1\]:5000\/content\//);
    expect(URL.canParse(linkUrl(choiceOf(bob), bob))).toBe(true);
  });

  it('is not given where nobody answers, or somebody else does', async () => {
    const bob = await peer('Bob', '10.0.0.1', gives(leaves));
    const { fingerprint } = await identityOf('guest');
    await expect(run(linkTo(choiceOf(bob), { ...bob, fingerprint }, ports))).rejects.toMatchObject({
      code: 'key-changed',
    });
    network.cut('10.0.0.1');
    const linking = linkTo(choiceOf(bob), bob, ports);
    linking.catch(() => {});
    await clock.wind(linkDialMs);
    await expect(linking).rejects.toMatchObject({
      code: 'unreachable',
      message: 'Bob (10.0.0.1:5000) does not answer. Ask another owner, with --from, or try again',
    });
  });

  it('is not made of a ticket that is bound to a key, or none at all', async () => {
    const bob = await peer('Bob', '10.0.0.1', gives(leaves));
    const claims = JSON.parse(Buffer.from(bob.ticket.split('.')[1] ?? '', 'base64url').toString());
    for (const ticket of [`x.${encode({ ...claims, cnf: { 'x5t#S256': 'x' } })}.x`, 'none', 'a.b.c']) {
      await expect(linkTo(choiceOf(bob), { ...bob, ticket }, ports)).rejects.toMatchObject({ code: 'bad-message' });
    }
  });
});

const counted = { uses: 3, jti: 'AAECAwQFBgcICQoLDA0ODw' };

describe('a link for a phone', () => {
  const left: HttpHandler = async () => ({ status: 201, headers: new Map([['location', '/l/AbCdEfGh12345678']]) });

  it('is the address that the owner gives for its ticket, with what the ticket says', async () => {
    const bob = await peer('Bob', '10.0.0.1', left, counted);
    expect(await run(phoneLinkTo(choiceOf(bob), bob, ports))).toMatchObject({
      url: 'https://10.0.0.1:5000/l/AbCdEfGh12345678',
      owner: 'Bob',
      expires: 4_600_000,
      uses: 3,
      plain: false,
    });
    expect(asked).toEqual([{ owner: 'Bob', path: '/l', authorization: `Bearer ${bob.ticket}` }]);
  });

  it('has nothing of what an owner adds to the address', async () => {
    const location = "/l/AbCdEfGh12345678?\u001b]0;x\u0007';rm -rf ~;'";
    const bob = await peer('Bob', '10.0.0.1', async () => ({
      status: 201,
      headers: new Map([['location', location]]),
    }));
    expect((await run(phoneLinkTo(choiceOf(bob), bob, ports))).url).toBe('https://10.0.0.1:5000/l/AbCdEfGh12345678');
  });

  it('is one of plain HTTP where its ticket is', async () => {
    const bob = await peer('Bob', 'fd00::1', left, { plain: true });
    expect(await run(phoneLinkTo(choiceOf(bob), bob, ports))).toMatchObject({
      url: 'http://[fd00::1]:5000/l/AbCdEfGh12345678',
      plain: true,
      uses: null,
    });
    expect(linkUrl(choiceOf(bob), bob)).toMatch(/^http:\/\/\[fd00::1\]:5000\/content\//);
  });

  it.each<[string, HttpHandler, RegExp]>([
    ['an owner who knows no such thing', gives(encodeProblem('not-found', nothingHere), 404), /update it there/],
    [
      'an owner who has too many',
      gives(encodeProblem('busy', 'too many\u001b[2J'), 503),
      /gives no address: too many\\u/,
    ],
    ['what is no short address', async () => ({ status: 201, headers: new Map([['location', 'http://x/']]) }), /201/],
    ['an answer without one', async () => ({ status: 200, headers: new Map() }), /200/],
  ])('is not made by %s', async (_, handle, message) => {
    const bob = await peer('Bob', '10.0.0.1', handle);
    await expect(run(phoneLinkTo(choiceOf(bob), bob, ports))).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(message),
    });
  });

  it('to an owner on this machine has its address on the LAN, where he serves there', async () => {
    const here = await peer('Bob', '10.0.0.9', left);
    const bob = { ...here, address: '127.0.0.1' };
    const urlAt = async (lan: string | undefined): Promise<string> =>
      (await run(phoneLinkTo(choiceOf(bob), bob, { ...ports, lanAddress: () => lan }))).url;
    expect(await urlAt('10.0.0.9')).toBe('https://10.0.0.9:5000/l/AbCdEfGh12345678');
    await peer('Eve', '10.0.0.8', left);
    for (const lan of [undefined, '10.0.0.8']) {
      expect(await urlAt(lan)).toBe('https://127.0.0.1:5000/l/AbCdEfGh12345678');
    }
  });

  it('is not made for a folder', async () => {
    const bob = await peer('Bob', '10.0.0.1', left);
    const folder: Choice = { ...choiceOf(bob), kind: 'folder' };
    await expect(phoneLinkTo(folder, bob, ports)).rejects.toMatchObject({ code: 'usage' });
    expect(asked).toEqual([]);
  });

  it('is given up where the owner does not answer', async () => {
    const bob = await peer('Bob', '10.0.0.1', () => new Promise(() => {}));
    const linking = phoneLinkTo(choiceOf(bob), bob, ports);
    linking.catch(() => {});
    await clock.wind(linkDialMs + 10);
    await expect(linking).rejects.toMatchObject({ code: 'unreachable' });
  });
});

describe('the terms of a link', () => {
  it('are those that were asked for, or the tracker does not know them', async () => {
    const [free, twice, plain, both] = await Promise.all([
      peer('Ann', '10.0.0.1', gives(leaves)),
      peer('Bob', '10.0.0.2', gives(leaves), counted),
      peer('Cat', '10.0.0.3', gives(leaves), { plain: true }),
      peer('Dan', '10.0.0.4', gives(leaves), { ...counted, plain: true }),
    ]);
    const check = (owner: Owner, uses?: number, isPlain?: boolean) => () =>
      checkTerms([choiceOf(owner)], { seconds: 3600, uses, plain: isPlain });
    expect(check(free)).not.toThrow();
    expect(check(twice, 3)).not.toThrow();
    expect(check(plain, undefined, true)).not.toThrow();
    expect(check(both, 3, true)).not.toThrow();
    expect(check(free, 3)).toThrow(/no links of so many downloads/);
    expect(check(twice, 2)).toThrow(/no links of so many downloads/);
    expect(check(free, undefined, true)).toThrow(/no links for plain HTTP/);
    expect(check(twice, 3, true)).toThrow(/no links for plain HTTP/);
    expect(check(both, undefined, true)).toThrow(/no links of so many downloads/);
  });
});

describe('the leaves of a file', () => {
  it('come from the first owner who gives the right ones', async () => {
    const refuses = await peer('Ann', '10.0.0.1', gives(encodeProblem('busy', 'too many'), 503));
    const lies = await peer('Eve', '10.0.0.2', gives(Buffer.alloc(leaves.length)));
    const short = await peer('Sam', '10.0.0.3', gives(leaves.subarray(32)));
    const right = await peer('Bob', '10.0.0.4', gives(leaves));
    const last = await peer('Zoe', '10.0.0.5', gives(leaves));
    const found = await run(fetchLeaves(choiceOf(refuses, lies, short, right, last), ports));
    expect(Buffer.from(found).equals(leaves)).toBe(true);
    expect(asked.map(({ owner }) => owner)).toEqual(['Ann', 'Eve', 'Sam', 'Bob']);
    expect(asked[0]).toMatchObject({ path: `/content/${id}/leaves`, authorization: `Bearer ${refuses.ticket}` });
  });

  it('end with what the last owner failed with', async () => {
    const lies = await peer('Eve', '10.0.0.1', gives(Buffer.alloc(leaves.length)));
    const refuses = await peer('Ann', '10.0.0.2', gives(encodeProblem('changed', 'it changed'), 409));
    await expect(run(fetchLeaves(choiceOf(lies), ports))).rejects.toMatchObject({ code: 'bad-content' });
    await expect(run(fetchLeaves(choiceOf(lies, refuses), ports))).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('Ann (10.0.0.2:5000) answers 409 it changed.'),
    });
    await expect(fetchLeaves(choiceOf(), ports)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are waited for while they come, as long as a large file takes and no longer', async () => {
    const drips = await peer('Ann', '10.0.0.1', async () => ({
      status: 200,
      headers: new Map([['content-length', `${leaves.length}`]]),
      body: (async function* () {
        for (const byte of leaves) {
          await sleep(clock, 20_000);
          yield Buffer.of(byte);
        }
      })(),
    }));
    const fetching = fetchLeaves(choiceOf(drips), ports);
    fetching.catch(() => {});
    await clock.wind(leavesMs + linkDialMs);
    await expect(fetching).rejects.toMatchObject({ message: expect.stringContaining('took more than 180 s') });
  });

  it('of an empty file are none, and of one that is too large are refused: nobody is asked', async () => {
    const bob = await peer('Bob', '10.0.0.1', gives(leaves));
    expect(await fetchLeaves({ ...choiceOf(bob), size: 0 }, ports)).toHaveLength(0);
    await expect(fetchLeaves({ ...choiceOf(bob), size: maxLeafedBytes + 1 }, ports)).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringContaining('more than 34.4 GB are too many'),
    });
    expect(asked).toEqual([]);
  });
});
