import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fingerprint } from '../../../src/base/ids.ts';
import { openPins } from '../../../src/client/session/pins.ts';

const ours = fingerprint('a1'.repeat(32));
const theirs = fingerprint('b2'.repeat(32));
const server = { host: 'tracker.lan', port: 7450 };

let folder: string;
let files = 0;
const newFile = (): string => {
  files += 1;
  return join(folder, `home-${files}`, 'known_trackers');
};
const written = async (text: string): Promise<string> => {
  const file = newFile();
  await mkdir(join(file, '..'));
  await writeFile(file, text);
  return file;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-pins-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a tracker is first met once, and the same from then on', async () => {
  const file = newFile();
  expect(await openPins(file).check(server, ours)).toBe('first');
  expect(await openPins(file).check(server, ours)).toBe('same');
  expect(await readFile(file, 'utf8')).toBe(`tracker.lan:7450 ${ours}\n`);
});

test('the file is for its owner alone', async () => {
  const file = newFile();
  await openPins(file).check(server, ours);
  // Where there are no modes, the system makes one up that says who may write.
  expect((await stat(file)).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
});

test('another key is refused, with both keys, the file, the line and what to do', async () => {
  const file = await written(`# trackers\n\nother.lan:1 ${theirs}\ntracker.lan:7450 ${ours}\n`);
  await expect(openPins(file).check(server, theirs)).rejects.toMatchObject({
    code: 'key-changed',
    message:
      'the tracker at tracker.lan:7450 shows another key than before: b2b2b2b2… where a1a1a1a1… is known. ' +
      `Somebody may be posing as it. If its keeper confirms that its key is ${theirs} now, ` +
      `remove line 4 of "${file}" and try again`,
  });
  expect(await readFile(file, 'utf8')).not.toContain(`tracker.lan:7450 ${theirs}`);
});

test('a tracker whose line was removed is met anew', async () => {
  const file = newFile();
  await openPins(file).check(server, ours);
  await writeFile(file, '');
  expect(await openPins(file).check(server, theirs)).toBe('first');
});

test('another port is another tracker, and another case is not', async () => {
  const pins = openPins(newFile());
  expect(await pins.check(server, ours)).toBe('first');
  expect(await pins.check({ ...server, port: 7451 }, theirs)).toBe('first');
  expect(await pins.check({ ...server, host: 'Tracker.LAN' }, ours)).toBe('same');
});

test('an IPv6 address stands in brackets', async () => {
  const file = newFile();
  await openPins(file).check({ host: 'FE80::1', port: 7450 }, ours);
  expect(await readFile(file, 'utf8')).toBe(`[fe80::1]:7450 ${ours}\n`);
  expect(await openPins(file).check({ host: 'fe80::1', port: 7450 }, ours)).toBe('same');
});

test('comments, blank lines, CRLF and fingerprints as OpenSSL prints them are understood', async () => {
  const colons = ours.toUpperCase().match(/../g)?.join(':');
  const file = await written(`# mine\r\n\r\n  TRACKER.lan:7450   ${colons}   the lab\r\n`);
  expect(await openPins(file).check(server, ours)).toBe('same');
  await expect(openPins(file).check(server, theirs)).rejects.toMatchObject({ code: 'key-changed' });
});

test('a commented line pins nothing', async () => {
  const file = await written(`#tracker.lan:7450 ${theirs}\n`);
  expect(await openPins(file).check(server, ours)).toBe('first');
});

test('a line that was never ended does not swallow the next pin', async () => {
  const file = await written(`other.lan:1 ${theirs}`);
  expect(await openPins(file).check(server, ours)).toBe('first');
  expect(await readFile(file, 'utf8')).toBe(`other.lan:1 ${theirs}\ntracker.lan:7450 ${ours}\n`);
});

test.each(['', ' a1a1a1', ' not-a-fingerprint'])('a damaged pin "%s" is not taken for none', async (rest) => {
  const file = await written(`tracker.lan:7450${rest}\n`);
  await expect(openPins(file).check(server, ours)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/^line 1 of ".*known_trackers" has no valid fingerprint for tracker\.lan:7450: /),
  });
});

test('two that meet a tracker at once agree on its key', async () => {
  const file = newFile();
  const both = await Promise.all([openPins(file).check(server, ours), openPins(file).check(server, ours)]);
  expect(both).toContain('first');
  expect(await openPins(file).check(server, ours)).toBe('same');
});

test('of two that meet different keys at once, one is refused', async () => {
  for (let round = 0; round < 20; round++) {
    const file = newFile();
    const both = await Promise.allSettled([openPins(file).check(server, ours), openPins(file).check(server, theirs)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const kept = both[0].status === 'fulfilled' ? ours : theirs;
    expect(await openPins(file).check(server, kept)).toBe('same');
  }
});

test('twenty trackers met at once are all kept', async () => {
  const file = newFile();
  const ports = Array.from({ length: 20 }, (_, index) => 7450 + index);
  await Promise.all(ports.map((port) => openPins(file).check({ ...server, port }, ours)));
  for (const port of ports) expect(await openPins(file).check({ ...server, port }, ours)).toBe('same');
});

test('a file that cannot be used is named, with what to do', async () => {
  const file = newFile();
  await mkdir(file, { recursive: true });
  await expect(openPins(file).check(server, ours)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/known_trackers", which keeps the keys of trackers, cannot be read: .*--home/),
  });
  const under = join(await written('x'), 'known_trackers');
  await expect(openPins(under).check(server, ours)).rejects.toMatchObject({ code: 'usage' });
});
