import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ContentId } from '../../../../src/base/ids.ts';
import { resourceName, userName } from '../../../../src/base/names.ts';
import { askTwiceMs, shortLinksOfAddress } from '../../../../src/client/sharing/limits.ts';
import type { HttpReply } from '../../../../src/net/transport/transport.ts';
import { type AskOptions, bodyOf, fingerprintOf, problemOf, type TestSharing, testSharing } from '../support.ts';

const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 256));
const browser = { accept: 'text/html,*/*;q=0.8' };
const bob = userName('Bob');
let test: TestSharing;
let id: ContentId;

beforeEach(async () => {
  test = await testSharing({ user: bob });
  const file = join(test.folder, 'film <1>.mkv');
  await writeFile(file, content);
  ({ id } = await test.sharing.share(file, { description: 'of the "party"' }));
});

/** Leaves a ticket, as its maker does; the path that it gets. */
async function leave(ticket: string, how: AskOptions = {}): Promise<string> {
  const left = await test.ask('/l', { authorization: `Bearer ${ticket}` }, { method: 'POST', ...how });
  expect([left.status, (await bodyOf(left)).length]).toEqual([201, 0]);
  return left.headers.get('location') ?? '';
}

/** Opens an address as somebody without a certificate does. */
const open = (path: string, headers: Record<string, string> = {}, how: AskOptions = {}): Promise<HttpReply> =>
  test.ask(path, headers, { nameless: true, ...how });

describe('a link that is left with its owner', () => {
  it('has a page with what the owner says of the file, and the file', async () => {
    const path = await leave(await test.office.link(id));
    const page = await open(path, browser);
    const text = (await bodyOf(page)).toString();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    for (const said of ['film &lt;1&gt;.mkv', 'of the &quot;party&quot;', '<bdi>Bob</bdi>', '3 MB', `${path}/file`]) {
      expect(text).toContain(said);
    }
    const file = await open(`${path}/file`, browser);
    expect([file.status, file.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
    expect(file.headers.get('content-disposition')).toBe(
      `attachment; filename="film _1_.mkv"; filename*=UTF-8''film%20%3C1%3E.mkv`,
    );
    expect((await bodyOf(file)).equals(content)).toBe(true);
  });

  it('has the same address each time, however it is asked for', async () => {
    const ticket = await test.office.link(id);
    expect(await leave(ticket)).toBe(await leave(ticket, { caller: fingerprintOf('carol') }));
  });

  it('is answered in part, and by HEAD', async () => {
    const path = await leave(await test.office.link(id));
    const part = await open(`${path}/file`, { range: 'bytes=10-19' });
    expect([part.status, (await bodyOf(part)).equals(content.subarray(10, 20))]).toEqual([206, true]);
    for (const what of [path, `${path}/file`]) {
      const head = await open(what, {}, { method: 'HEAD' });
      expect([head.status, head.body, Number(head.headers.get('content-length')) > 0]).toEqual([200, undefined, true]);
    }
  });

  it('ends when its ticket does, and says so to people and to programs', async () => {
    const path = await leave(await test.office.link(id));
    const ticket = await test.office.link(id);
    await test.clock.wind(3_600_000);
    expect(await problemOf(await open(path))).toEqual([404, 'not-found']);
    const page = await open(path, browser);
    expect([page.status, (await bodyOf(page)).toString()]).toEqual([404, expect.stringContaining('has expired')]);
    const long = await open(`/content/${id}?ticket=${ticket}`, browser);
    expect([long.status, (await bodyOf(long)).toString()]).toEqual([
      403,
      expect.stringContaining('The link has expired: ask whoever gave it to you for a new one.'),
    ]);
  });

  it('leads to nothing once the file is withdrawn', async () => {
    const path = await leave(await test.office.link(id));
    await test.sharing.withdraw(resourceName('film <1>.mkv'));
    expect((await open(path, browser)).status).toBe(404);
    expect((await open(`${path}/file`)).status).toBe(404);
  });

  it('shows no name of a file that only named users see, where it goes by another', async () => {
    const secret = join(test.folder, 'secret.mkv');
    await writeFile(secret, content);
    const first = await testSharing({ user: bob });
    await first.sharing.share(secret, { to: [userName('Carol')], description: 'for Carol' });
    await first.sharing.share(join(test.folder, 'film <1>.mkv'), {});
    const authorization = `Bearer ${await first.office.link(id)}`;
    const left = await first.ask('/l', { authorization }, { method: 'POST' });
    const page = await first.ask(left.headers.get('location') ?? '', browser, { nameless: true });
    const text = (await bodyOf(page)).toString();
    expect(text).toContain('film &lt;1&gt;.mkv');
    expect(text).not.toMatch(/secret|Carol/);
  });
});

describe('leaving a link', () => {
  const post = async (ticket: string): Promise<[number, string | undefined]> =>
    problemOf(await test.ask('/l', { authorization: `Bearer ${ticket}` }, { method: 'POST' }));

  it('is for whoever shows a good ticket of a link', async () => {
    expect(await post(await test.office.ticket(id))).toEqual([403, 'ticket-refused']);
    expect(await post('no ticket')).toEqual([401, 'ticket-missing']);
    expect(await post('none')).toEqual([403, 'ticket-refused']);
    expect(await post(await test.office.link(id, { issuedIn: -3600 }))).toEqual([403, 'ticket-refused']);
    expect(await post(await test.office.link(id, { owner: fingerprintOf('mallory') }))).toEqual([
      403,
      'ticket-refused',
    ]);
    expect(await post(await test.office.link('ab'.repeat(32)))).toEqual([404, 'not-found']);
    expect(await problemOf(await open('/l', {}, { method: 'POST' }))).toEqual([401, 'ticket-missing']);
  });

  it('is for a file', async () => {
    const folder = join(test.folder, 'folder');
    await mkdir(folder);
    await writeFile(join(folder, 'a.txt'), 'a');
    const shared = await test.sharing.share(folder, {});
    expect(await post(await test.office.link(shared.id))).toEqual([400, 'malformed']);
  });

  it('is done a hundred times from one address, whatever keys are shown there', async () => {
    const host = '10.0.0.66';
    for (let which = 0; which < shortLinksOfAddress; which++) {
      const caller = fingerprintOf(`key ${which}`);
      await leave(await test.office.link(id, { issuedIn: -which }), { host, caller });
    }
    const authorization = `Bearer ${await test.office.link(id, { issuedIn: -1000 })}`;
    const more = { method: 'POST', host, caller: fingerprintOf('one more key') };
    expect(await problemOf(await test.ask('/l', { authorization }, more))).toEqual([503, 'busy']);
    expect((await test.ask('/l', { authorization }, { ...more, host: '10.0.0.67' })).status).toBe(201);
  });

  it('is done by POST', async () => {
    const refused = await test.ask('/l');
    expect(refused.headers.get('allow')).toBe('POST');
    expect(await problemOf(refused)).toEqual([405, 'method-not-allowed']);
    const page = await open(await leave(await test.office.link(id)), {}, { method: 'POST' });
    expect([page.headers.get('allow'), page.status]).toEqual(['GET, HEAD', 405]);
  });
});

describe('a counted link', () => {
  const fetch = async (path: string, host: string, headers: Record<string, string> = {}): Promise<HttpReply> => {
    const reply = await open(path, headers, { host });
    if (reply.status < 300) await bodyOf(reply);
    return reply;
  };

  it('is used by downloads alone, and says when it is used up', async () => {
    const path = await leave(await test.office.counted(id, 2));
    for (let time = 0; time < 3; time++) {
      expect((await bodyOf(await open(path, browser))).toString()).toContain('2 of 2 left');
      await open(`${path}/file`, {}, { method: 'HEAD' });
      expect((await open(`${path}/file`, { 'if-none-match': `"${id}"` })).status).toBe(304);
      expect((await fetch(`${path}/file`, '10.0.0.7', { range: `bytes=${content.length}-` })).status).toBe(416);
    }
    expect((await fetch(`${path}/file`, '10.0.0.7')).status).toBe(200);
    expect((await bodyOf(await open(path, browser, { host: '10.0.0.8' }))).toString()).toContain('1 of 2 left');
    expect((await fetch(`${path}/file`, '10.0.0.8')).status).toBe(200);
    expect(await problemOf(await open(`${path}/file`, {}, { host: '10.0.0.9' }))).toEqual([403, 'ticket-refused']);
    const page = await open(path, browser, { host: '10.0.0.9' });
    expect([page.status, (await bodyOf(page)).toString()]).toEqual([
      403,
      expect.stringContaining('The link was good for 2 downloads, and is used up.'),
    ]);
  });

  it('is counted by whichever address it is used', async () => {
    const ticket = await test.office.counted(id, 1);
    const path = await leave(ticket);
    expect((await fetch(`/content/${id}?ticket=${ticket}`, '10.0.0.7')).status).toBe(200);
    for (const other of [`${path}/file`, `/content/${id}?ticket=${ticket}`, `/content/${id}/bytes?ticket=${ticket}`]) {
      expect((await fetch(other, '10.0.0.8')).status).toBe(403);
    }
    expect((await fetch(`/content/${id}/pieces?ticket=${ticket}`, '10.0.0.8')).status).toBe(403);
  });

  it('goes on where a download broke off', async () => {
    const path = `${await leave(await test.office.counted(id, 1))}/file`;
    const gone = new AbortController();
    const begun = await open(path, {}, { host: '10.0.0.7', signal: gone.signal });
    for await (const chunk of begun.body as AsyncIterable<Uint8Array>) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    gone.abort();
    await test.clock.wind(10 * askTwiceMs);
    expect((await fetch(path, '10.0.0.8')).status).toBe(403);
    expect((await fetch(path, '10.0.0.7', { range: 'bytes=1000-' })).status).toBe(206);
    await test.clock.wind(askTwiceMs);
    expect((await fetch(path, '10.0.0.7', { range: 'bytes=5-9' })).status).toBe(206);
    expect((await fetch(path, '10.0.0.7')).status).toBe(403);
  });

  it('is over for an address a minute after it had all of it', async () => {
    const path = `${await leave(await test.office.counted(id, 1))}/file`;
    expect((await fetch(path, '10.0.0.7')).status).toBe(200);
    expect((await fetch(path, '10.0.0.7')).status).toBe(200);
    await test.clock.wind(askTwiceMs);
    expect((await fetch(path, '10.0.0.7')).status).toBe(403);
  });

  it('has no page any more for whoever has had all of it', async () => {
    const path = await leave(await test.office.counted(id, 1));
    await fetch(`${path}/file`, '10.0.0.7');
    expect((await open(path, browser, { host: '10.0.0.7' })).status).toBe(200);
    await test.clock.wind(askTwiceMs);
    expect((await open(path, browser, { host: '10.0.0.7' })).status).toBe(403);
  });

  it('lets go of what it would have sent to somebody who came too late', async () => {
    const path = `${await leave(await test.office.counted(id, 1))}/file`;
    const both = await Promise.all(['10.0.0.7', '10.0.0.8'].map((host) => open(path, {}, { host })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403]);
    await Promise.all(both.map(bodyOf));
    expect(test.sharing.uploads().every(({ bytes, size }) => bytes === size || bytes === 0)).toBe(true);
    await test.sharing.quiet(new AbortController().signal);
  });

  it('of an empty file is used at once', async () => {
    const empty = join(test.folder, 'empty');
    await writeFile(empty, '');
    const shared = await test.sharing.share(empty, {});
    const path = `${await leave(await test.office.counted(shared.id, 1))}/file`;
    expect((await fetch(path, '10.0.0.7')).status).toBe(200);
    expect((await fetch(path, '10.0.0.8')).status).toBe(403);
  });
});

describe('plain HTTP', () => {
  const plainly = { encrypted: false } as const;
  const plain = { claims: { plain: true } } as const;

  it('is for links that say so, by either address', async () => {
    const ticket = await test.office.link(id, plain);
    const path = await leave(ticket);
    for (const address of [`${path}/file`, `/content/${id}?ticket=${ticket}`]) {
      expect((await bodyOf(await open(address, {}, plainly))).equals(content)).toBe(true);
      expect((await open(address, {}, { method: 'HEAD' })).status).toBe(200);
    }
    const text = (await bodyOf(await open(path, browser, plainly))).toString();
    expect(text).toContain('This page is not encrypted');
    expect((await bodyOf(await open(path, browser))).toString()).not.toContain('This page is not encrypted');
    const counted = await test.office.counted(id, 1, plain);
    expect((await open(`/content/${id}?ticket=${counted}`, {}, plainly)).status).toBe(200);
  });

  it('gives nothing to links that do not, and says what to do', async () => {
    const ticket = await test.office.link(id);
    const path = await leave(ticket);
    for (const address of [path, `${path}/file`, `/content/${id}?ticket=${ticket}`]) {
      expect(await problemOf(await open(address, {}, plainly))).toEqual([403, 'plain-refused']);
    }
    const page = await open(path, browser, plainly);
    expect([page.status, (await bodyOf(page)).toString()]).toEqual([403, expect.stringContaining('use https://')]);
  });

  it('gives nothing else to anybody', async () => {
    for (const path of ['/', '/favicon.ico', '/api/v1/shares', '/l', '//l', '/content']) {
      expect(await problemOf(await open(path, {}, plainly))).toEqual([403, 'plain-refused']);
    }
    const bound = await open(`/content/${id}`, { authorization: `Bearer ${await test.office.ticket(id)}` }, plainly);
    expect(bound.status).toBe(403);
    const authorization = `Bearer ${await test.office.link(id, plain)}`;
    expect((await open('/l', { authorization }, { ...plainly, method: 'POST' })).status).toBe(403);
  });

  it('is refused to all where the owner wants none of it', async () => {
    const strict = await testSharing({ user: bob, refusePlain: true });
    await strict.sharing.share(join(test.folder, 'film <1>.mkv'), {});
    const ticket = await strict.office.link(id, plain);
    const path = `/content/${id}?ticket=${ticket}`;
    expect(await problemOf(await strict.ask(path, {}, { nameless: true, ...plainly }))).toEqual([403, 'plain-refused']);
    expect((await strict.ask(path, {}, { nameless: true })).status).toBe(200);
  });
});
