import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { invertedQr, qrLines } from '../../../../src/client/interfaces/qr.ts';
import { choice, FakeApp, FakeOutput, idOf, noon, owner, stage, unverified } from '../fakes.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-link-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bob = owner('Bob', '192.168.1.200', 55211);
const sally = owner('Sally', '192.168.1.109', 62102);
const withChoices = (...found: ReturnType<typeof choice>[]): FakeApp => Object.assign(new FakeApp(), { found });
const shared = (): FakeApp => withChoices(choice('a', 12, bob, sally));
const url = (host: string): string => `https://${host}/content/${idOf('a')}?ticket=ticket`;

describe('link', () => {
  it('prints one address on stdout, and how to use it on stderr', async () => {
    const { status, stdout, stderr, app } = stage(['link', 'test.txt'], { app: shared() });
    expect(await status).toBe(0);
    expect(app.calls[1]).toEqual(['located', { name: 'test.txt' }, { seconds: 3600 }]);
    expect(stdout.text).toBe(`${url('192.168.1.200:55211')}\n`);
    expect(stderr.lines).toEqual([
      'Good until 2030-01-01 12:00, while Bob shares it, for whoever has it. Fetch the file with:',
      "  curl --fail --retry 9 -C - -k --pinnedpubkey 'sha256//cGlu' -o 'test.txt' 'URL'",
    ]);
    expect(app.disposed).toBe(1);
  });

  it('is refused for what nobody can verify', async () => {
    const app = Object.assign(new FakeApp(), { unverified: [unverified('Carol', '192.168.1.31', 40001)] });
    const { status, stderr } = stage(['link', 'test.txt'], { app });
    expect(await status).toBe(2);
    expect(stderr.text).toContain("'test.txt' of Carol is unverified, and its owner takes no links");
  });

  it('prints a command to copy where a person has both at a terminal', async () => {
    const stdout = new FakeOutput(true);
    const { status, stderr } = stage(['link', 'test.txt'], { app: shared(), stdout });
    expect(await status).toBe(0);
    expect(stderr.text).toContain(`-o 'test.txt' '${url('192.168.1.200:55211')}'\n`);
  });

  it('saves what is called - into a file of that name', async () => {
    const app = withChoices(choice('a', 12, owner('Bob', '192.168.1.200', 55211, '-')));
    const { status, stderr } = stage(['link', '--id', idOf('a')], { app });
    expect(await status).toBe(0);
    expect(stderr.text).toContain("-o './-' 'URL'");
  });

  it('tells all of it as JSON', async () => {
    const { status, stdout } = stage(['link', 'test.txt', '--from', 'sally', '--json'], { app: shared() });
    expect(await status).toBe(0);
    expect(stdout.records).toEqual([
      {
        event: 'link',
        url: url('192.168.1.109:62102'),
        expires: noon,
        owner: 'Sally',
        uses: null,
        plain: false,
        pin: 'sha256//cGlu',
      },
    ]);
  });

  it('without encryption says what that means, and needs no key', async () => {
    const app = shared();
    app.linkWith = async () => ({
      url: 'http://x/',
      owner: bob.user,
      expires: noon,
      uses: 3,
      plain: true,
      pin: 'cGlu',
    });
    const { status, stdout, stderr } = stage(['link', 'test.txt', '--plain', '--uses', '3'], { app });
    expect(await status).toBe(0);
    expect(app.calls[1]).toEqual(['located', { name: 'test.txt' }, { seconds: 3600, uses: 3, plain: true }]);
    expect(stdout.text).toBe('http://x/\n');
    expect(stderr.lines).toEqual([
      'Without encryption anybody on this network can read along and change what comes. It spares a phone the warning ' +
        'of a certificate that it does not know.',
      'Good until 2030-01-01 12:00, for 3 downloads, while Bob shares it, for whoever has it. Fetch the file with:',
      "  curl --fail --retry 9 -C - -o 'test.txt' 'URL'",
    ]);
  });

  it('quotes a name for a shell', async () => {
    const app = withChoices(choice('a', 12, owner('Bob', '192.168.1.200', 55211, "it's $(x).txt")));
    const { status, stderr } = stage(['link', '--id', idOf('a')], { app });
    expect(await status).toBe(0);
    expect(stderr.text).toContain(`-o 'it'\\''s $(x).txt' 'URL'`);
  });

  it.each([
    ['1m', 60],
    ['90m', 5400],
    ['24h', 86_400],
  ])('asks for tickets that live %s', async (life, seconds) => {
    const { status, app } = stage(['link', 'test.txt', '--for', life], { app: shared() });
    expect(await status).toBe(0);
    expect(app.calls[1]).toEqual(['located', { name: 'test.txt' }, { seconds }]);
  });

  it.each([
    [['link', 'test.txt', '--uses', '0'], '--uses: "0" is no number of downloads: give 1 to 1000'],
    [['link', 'test.txt', '--uses', '1001'], '--uses: "1001" is no number of downloads'],
    [['link', 'test.txt', '--uses', '1.5'], '--uses: "1.5" is no number of downloads'],
    [['link', 'test.txt', '--qr', '--metalink'], '--metalink and --qr exclude each other'],
    [['link', 'test.txt', '--uses', '1', '--metalink'], '--metalink and --uses exclude each other'],
    [['link', 'test.txt', '--for', '59s'], '--for: "59s" is no life for a link: give 1m to 24h'],
    [['link', 'test.txt', '--for', '25h'], '--for: "25h" is no life for a link'],
    [['link', 'test.txt', '--for', 'ever'], '--for: "ever" is no duration'],
    [['link'], 'a name, or --id CONTENT'],
    [['link', '--metalink', 'test.txt'], '"test.txt" is taken for the file of --metalink: say the name before it'],
    [['link', 'test.txt', '--json', '--metalink'], 'say --metalink FILE'],
  ])('refuses %j before it asks anybody', async (argv, message) => {
    const { status, stderr, app } = stage(argv, { app: shared() });
    expect(await status).toBe(2);
    expect(stderr.text).toContain(message);
    expect(app.calls).toEqual([]);
  });

  it('refuses a folder, and says what fetches one', async () => {
    const app = withChoices({ ...choice('a', 12, bob), kind: 'folder' });
    const { status, stderr } = stage(['link', 'test.txt'], { app });
    expect(await status).toBe(2);
    expect(stderr.text).toContain(`'test.txt' is a folder, and a link is for one file: use "rollcall get"`);
  });

  it('ends with 4 where the name is several contents, and with 6 where the owner is not there', async () => {
    const several = withChoices(choice('a', 12, bob), choice('b', 12, sally));
    expect(await stage(['link', 'test.txt'], { app: several }).status).toBe(4);
    const away = shared();
    away.linkWith = async () => {
      throw new RollcallError('unreachable', 'Bob does not answer');
    };
    expect(await stage(['link', 'test.txt'], { app: away }).status).toBe(6);
  });
});

describe('link --qr', () => {
  const short = 'https://192.168.1.200:55211/l/AbCdEfGh12345678';

  it('prints a short address for a script, and tells of the certificate', async () => {
    const { status, stdout, stderr } = stage(['link', 'test.txt', '--qr', '--uses', '1'], { app: shared() });
    expect(await status).toBe(0);
    expect(stdout.text).toBe(`${short}\n`);
    expect(stderr.lines).toEqual([
      'Good until 2030-01-01 12:00, while Bob shares it, for whoever has it. Open it in a browser on the same network.',
      "The browser warns once of a certificate that it does not know. Bob's has the SHA-256 fingerprint",
      `  ${Array.from({ length: 32 }, () => bob.fingerprint.slice(0, 2).toUpperCase()).join(':')}`,
      'Where a phone does not let you go on: ask again with --plain, for an address without encryption.',
    ]);
  });

  it('draws it at a terminal, dark on light, or light alone without colours', async () => {
    const lines = qrLines(short);
    const coloured = stage(['link', 'test.txt', '--qr'], { app: shared(), stdout: new FakeOutput(true) });
    expect(await coloured.status).toBe(0);
    expect(coloured.stdout.text).toBe(
      [...lines.map((line) => `\u001b[30m\u001b[107m${invertedQr(line)}\u001b[49m\u001b[39m`), short, ''].join('\n'),
    );
    const stdout = new FakeOutput(true);
    const bare = stage(['link', 'test.txt', '--qr', '--no-color'], { app: shared(), stdout });
    expect(await bare.status).toBe(0);
    expect(bare.stdout.text).toBe([...lines, short, ''].join('\n'));
  });

  it('says so where the terminal is too narrow to draw it', async () => {
    const stdout = Object.assign(new FakeOutput(true), { columns: 36 });
    const { status, stderr } = stage(['link', 'test.txt', '--qr'], { app: shared(), stdout });
    expect(await status).toBe(0);
    expect(stdout.text).toBe(`${short}\n`);
    expect(stderr.text).toContain('The QR code takes 37 columns, and the terminal has fewer');
  });

  it('tells all of it as JSON', async () => {
    const { status, stdout } = stage(['link', 'test.txt', '--qr', '--json'], { app: shared() });
    expect(await status).toBe(0);
    const told = { event: 'link', url: short, expires: noon, owner: 'Bob', uses: null, plain: false };
    expect(stdout.records).toEqual([{ ...told, pin: 'sha256//cGlu' }]);
  });

  it('without encryption says what that means, and nothing of a certificate', async () => {
    const app = shared();
    const url = 'http://127.0.0.1:5000/l/AbCdEfGh12345678';
    app.phoneLinkWith = async () => ({ url, owner: bob.user, expires: noon, uses: null, plain: true, pin: 'cGlu' });
    const { status, stderr } = stage(['link', 'test.txt', '--qr', '--plain'], { app });
    expect(await status).toBe(0);
    expect(stderr.text).toContain('Without encryption anybody on this network can read along and change what comes.');
    expect(stderr.text).toContain('The address leads to this machine alone, which is on no network.');
    expect(stderr.text).not.toContain('fingerprint');
  });
});

describe('link --metalink', () => {
  const file = join(folder, 'test.meta4');

  it('writes it to stdout, and nothing else', async () => {
    const { status, stdout } = stage(['link', 'test.txt', '--metalink'], { app: shared() });
    expect(await status).toBe(0);
    expect(stdout.text).toBe('<metalink></metalink>');
  });

  it('writes it into a new file, the owner that --from names first', async () => {
    const app = shared();
    const asked: string[] = [];
    app.metalinkWith = async (_choice, first) => {
      asked.push(first.user);
      return ['<a/>', '<b/>'];
    };
    const { status, stdout, stderr } = stage(['link', 'test.txt', '--from', 'Sally', '--metalink', file, '--json'], {
      app,
    });
    expect(await status).toBe(0);
    expect(asked).toEqual(['Sally']);
    expect(readFileSync(file, 'utf8')).toBe('<a/><b/>');
    expect(stdout.records).toEqual([{ event: 'metalink', path: file, owners: ['Bob', 'Sally'] }]);
    expect(stderr.lines).toEqual([
      "Saved a Metalink of 'test.txt', good for 1h, for whoever has it. Fetch the file with:",
      `  aria2c --check-certificate=false -c -x 4 -k 1M -m 20 --retry-wait=2 -M '${file}'`,
    ]);
  });

  it('leaves a file that exists as it is: 10', async () => {
    const there = join(folder, 'there');
    writeFileSync(there, 'mine');
    const { status } = stage(['link', 'test.txt', '--metalink', there], { app: shared() });
    expect(await status).toBe(10);
    expect(readFileSync(there, 'utf8')).toBe('mine');
  });

  it('leaves no half of a file behind', async () => {
    const half = join(folder, 'half');
    const app = shared();
    app.metalinkWith = async () =>
      (function* () {
        yield '<metalink>';
        throw new Error('in the middle');
      })();
    const { status, stderr } = stage(['link', 'test.txt', '--metalink', half], { app });
    expect(await status).toBe(2);
    expect(stderr.text).toContain('in the middle');
    expect(existsSync(half)).toBe(false);
    expect(
      await stage(['link', 'test.txt', '--metalink', join(folder, 'no', 'folder')], { app: shared() }).status,
    ).toBe(2);
  });
});
