import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { choice, FakeApp, idOf, owner, row, type Stage, shows, stage, unverified, userRow } from '../fakes.ts';

const menuText = `--- MENU ---
1. Announce a resource
2. Query available resources
3. Query active users
4. Download a resource
5. Exit
`;

const bob = owner('Bob', '192.168.1.200', 55211);
const sally = owner('Sally', '192.168.1.109', 62102);
const both = (): FakeApp =>
  Object.assign(new FakeApp(), {
    rows: [row('test.txt', 'Bob'), row('test.txt', 'Sally', { address: '192.168.1.109', port: 62102 })],
  });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-menu-'));
  await mkdir(join(folder, 'shared'));
  await writeFile(join(folder, 'shared', 'X'), 'x');
  await writeFile(join(folder, 'plain.txt'), 'plain');
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the menu as Carol, with all the lines that somebody will type already there. */
function carol(lines: string[], app = new FakeApp(), flags: string[] = []): Stage {
  const run = stage(['client', 'lab', 'Carol', ...flags], { app, cwd: folder });
  run.stdin.end(lines.map((line) => `${line}\n`).join(''));
  return run;
}

describe('the menu on a pipe', () => {
  it('looks as people know it', async () => {
    const app = Object.assign(both(), {
      found: [choice('a', 12, bob), choice('b', 3456, sally)],
      entries: [new FakeApp().announcement('X')],
    });
    const run = carol([join(folder, 'shared'), '4', 'test.txt', '2', '5'], app);
    expect(await run.status).toBe(0);
    expect(run.stdout.text).toBe(`Enter the path to the sharing folder: ${join(folder, 'shared')}
Registered with server as Carol.
Announced resource: X
${menuText}Select an option: 4
Resources:
test.txt (Owner: Bob, IP: 192.168.1.200, TCP Port: 55211)
test.txt (Owner: Sally, IP: 192.168.1.109, TCP Port: 62102)
Enter the name of the resource to download: test.txt
Available owners for resource 'test.txt':
1. Bob 192.168.1.200 55211 (12 B, id aaaaaaaa, 2030-01-01 12:00)
2. Sally 192.168.1.109 62102 (3.46 kB, id bbbbbbbb, 2030-01-01 12:00)
Select an owner (1-2): 2
Downloading resource 'test.txt' from Sally (192.168.1.109:62102)
Resource 'test.txt' downloaded and saved as 'downloaded_Sally_test.txt'
3.46 kB in 2.0 s, 1.73 kB/s, verified, in /downloads
${menuText}Select an option: 5
`);
    expect(run.stderr.text).toBe('');
    expect(app.calls).toContainEqual(['join', { host: 'lab', port: 7450 }, 'Carol', 0]);
    expect(app.calls).toContainEqual(['download', idOf('b'), 'Sally', { file: undefined, ifExists: 'rename' }]);
    expect(app.disposed).toBe(1);
  });

  it('has no escape codes, and ends with the input', async () => {
    const run = carol(['', '2', '3']);
    expect(await run.status).toBe(0);
    expect(run.stdout.text).toBe(`Enter the path to the sharing folder: \nRegistered with server as Carol.
${menuText}Select an option: 2
No resources available.
${menuText}Select an option: 3
No active users.
${menuText}Select an option: \n`);
    expect(run.app.disposed).toBe(1);
  });

  it('takes the last line without its end, and lines with CRLF', async () => {
    const run = stage(['client', 'lab', 'Carol'], { cwd: folder });
    run.stdin.end('\r\n2\r\n5');
    expect(await run.status).toBe(0);
    expect(run.stdout.text).toContain('Select an option: 5\n');
    expect(run.stdout.text).not.toContain('\r');
  });

  it('lists each user once', async () => {
    const app = Object.assign(new FakeApp(), {
      userRows: [userRow('Bob'), userRow('Bob', { port: 2000 }), userRow('Sally')],
    });
    const run = carol(['', '3', '5'], app);
    expect(await run.status).toBe(0);
    expect(run.stdout.text).toContain('Active users:\nBob\nSally\n---');
  });

  it('says what is wrong with a choice and asks again', async () => {
    const app = Object.assign(both(), { found: [choice('a', 12, bob), choice('b', 3456, sally)] });
    const run = carol(['', '6', 'x', '4', 'test.txt', '3', '0', '1', '5'], app);
    expect(await run.status).toBe(0);
    const text = run.stdout.text;
    expect(text).toContain('Select an option: 6\nInvalid choice. Please try again.\n--- MENU ---');
    expect(text).toContain('Select an owner (1-2): 3\nInvalid choice. Please try again.\nSelect an owner (1-2): 0\n');
    expect(text).toContain("Downloading resource 'test.txt' from Bob");
  });

  it('marks identical copies, folders and silent owners', async () => {
    const carl = owner('Carl', '10.0.0.3', 5003);
    const found = [choice('a', 12, bob, sally), { ...choice('b', 34, carl), kind: 'folder' as const }];
    const app = Object.assign(both(), { found });
    sally.state = 'suspect';
    const run = carol(['', '4', 'test.txt', '', '5'], app);
    expect(await run.status).toBe(0);
    sally.state = 'alive';
    expect(run.stdout.text).toContain(`1. Bob 192.168.1.200 55211 (12 B, id aaaaaaaa, 2030-01-01 12:00)
2. Sally 192.168.1.109 62102 (12 B, id aaaaaaaa, 2030-01-01 12:00, identical to 1, silent for a while)
3. Carl 10.0.0.3 5003 (34 B, folder, id bbbbbbbb, 2030-01-01 12:00)
Select an owner (1-3): \n--- MENU ---`);
  });

  it('lists what nobody can verify among the owners, and says so of what it saved', async () => {
    const app = Object.assign(both(), {
      found: [choice('a', 12, bob)],
      unverified: [unverified('Carl', '10.0.0.3', 5003), unverified('Dave', '10.0.0.4', 5004)],
    });
    const run = carol(['', '4', 'test.txt', '3', '5'], app);
    expect(await run.status).toBe(0);
    expect(run.stdout.text).toContain(`1. Bob 192.168.1.200 55211 (12 B, id aaaaaaaa, 2030-01-01 12:00)
2. Carl 10.0.0.3 5003 (unverified, 2030-01-01 12:00)
3. Dave 10.0.0.4 5004 (unverified, 2030-01-01 12:00)
Select an owner (1-3): 3
Downloading resource 'test.txt' from Dave (10.0.0.4:5004)
Resource 'test.txt' downloaded and saved as 'downloaded_Dave_test.txt'
12 B in 2.0 s, 6 B/s, unverified, in /downloads
Unverified: the program of Dave says nothing that a file could be checked by, not even how long it is: an early end cannot be noticed.
`);
    expect(app.calls).toContainEqual(['downloadUnverified', 'Dave', { file: undefined, ifExists: 'rename' }]);
  });

  it('downloads at once what nobody can verify where nobody else has the name', async () => {
    const app = Object.assign(both(), { unverified: [unverified('Carl', '10.0.0.3', 5003)] });
    const run = carol(['', '4', 'test.txt', '5'], app);
    expect(await run.status).toBe(0);
    expect(run.stdout.text).toContain(
      "download: test.txt\nDownloading resource 'test.txt' from Carl (10.0.0.3:5003)\n",
    );
  });

  it('downloads at once what only one owner has', async () => {
    const app = Object.assign(both(), { found: [choice('a', 12, bob)] });
    const run = carol(['', '4', 'test.txt', '5'], app);
    expect(await run.status).toBe(0);
    expect(run.stdout.text).toContain(
      "download: test.txt\nDownloading resource 'test.txt' from Bob (192.168.1.200:55211)\n",
    );
  });

  it("tells each place in an owner's line once", async () => {
    const app = Object.assign(both(), { found: [choice('a', 12, bob)] });
    const { downloadWith } = app;
    app.downloadWith = async (...args) => {
      for (const place of [2, 2, 1]) args[2].onWaiting?.('Bob', place);
      return downloadWith(...args);
    };
    const run = carol(['', '4', 'test.txt', '5'], app, ['--limit-up', '5M', '--max-owners', '2', '--classic']);
    expect(await run.status).toBe(0);
    expect(run.stdout.text).toContain(
      'from Bob (192.168.1.200:55211)\nWaiting for a turn at Bob: place 2 in the line.\n' +
        'Waiting for a turn at Bob: place 1 in the line.\nResource',
    );
    expect(app.opened).toMatchObject({ classic: true });
    expect(app.opened?.traffic).toMatchObject({ limitUp: 5_242_880, maxOwners: 2, uploadSlots: 16 });
  });

  it('tells what went wrong and goes on', async () => {
    const app = both();
    const run = carol(['', '4', '../x', '4', 'other', '1', 'gone', '5'], app);
    app.shareWith = async () => {
      throw new RollcallError('not-found', 'nothing is there');
    };
    expect(await run.status).toBe(0);
    const text = run.stdout.text;
    expect(text).toContain('"../x" cannot be a resource name: it has a slash\n--- MENU');
    expect(text).toContain('other\nnobody shares that\n--- MENU');
    expect(text).toContain('Enter resource name: gone\nnothing is there\n--- MENU');
  });

  it('takes words about it in double quotes after a name, which may be in quotes too', async () => {
    const app = new FakeApp();
    const lines = ['X "the first one"', '"plain.txt" "plain"', 'two words "of three"', 'X ""', 'X words'];
    const run = carol([...lines.flatMap((line) => ['1', line]), '5'], app, ['--share', 'shared']);
    expect(await run.status).toBe(0);
    const shared = app.calls.filter((call) => Array.isArray(call) && call[0] === 'share');
    expect(shared).toMatchObject([
      ['share', join(folder, 'shared', 'X'), { description: 'the first one' }],
      ['share', join(folder, 'plain.txt'), { description: 'plain' }],
      ['share', join(folder, 'two words'), { description: 'of three' }],
      ['share', join(folder, 'shared', 'X'), { description: '' }],
      ['share', join(folder, 'X words'), { description: undefined }],
    ]);
  });

  it.skipIf(process.platform === 'win32')('takes a file that is there for itself, quotes and all', async () => {
    const app = new FakeApp();
    await writeFile(join(folder, 'odd "name"'), 'x');
    const run = carol(['1', 'odd "name"', '5'], app, ['--share', 'shared']);
    expect(await run.status).toBe(0);
    expect(app.calls).toContainEqual(['share', join(folder, 'odd "name"'), expect.anything()]);
  });

  it('announces by a name in the shared folder, else by a path', async () => {
    const app = new FakeApp();
    const run = carol(['1', 'X', '1', 'plain.txt', '1', '', '5'], app, ['--share', 'shared']);
    expect(await run.status).toBe(0);
    expect(
      app.calls.filter((call) => Array.isArray(call) && call[0] === 'share').map((call) => (call as string[])[1]),
    ).toEqual([join(folder, 'shared', 'X'), join(folder, 'plain.txt')]);
    expect(run.stdout.text).toContain('Enter resource name: X\nAnnounced resource: X\n');
    expect(run.stdout.text).toContain('Announced resource: plain.txt\n');
  });

  it('shares the entries of a folder and a plain file as itself, and asks for no folder then', async () => {
    const app = new FakeApp();
    const run = carol(['5'], app, ['--share', 'shared', 'plain.txt']);
    expect(await run.status).toBe(0);
    expect(run.stdout.text).not.toContain('Enter the path');
    expect(app.calls).toContainEqual(['share', join(folder, 'plain.txt'), expect.anything()]);
    expect(app.calls).toContainEqual(['shareEntries', join(folder, 'shared')]);
  });

  it('tells each announcement once', async () => {
    const entries = [new FakeApp().announcement('X'), new FakeApp().announcement('Y')];
    const app = Object.assign(new FakeApp(), { entries });
    const run = carol(['5'], app, ['--share', 'shared']);
    expect(await run.status).toBe(0);
    expect(run.stdout.lines.filter((line) => line.startsWith('Announced'))).toEqual([
      'Announced resource: X',
      'Announced resource: Y',
    ]);
  });

  it('asks again for a folder that is not there, and ends with 3 for one that a flag names', async () => {
    const asked = carol(['nowhere', '', '5']);
    expect(await asked.status).toBe(0);
    expect(asked.stdout.text).toContain(`there is nothing to share at ${join(folder, 'nowhere')}`);
    const flagged = carol(['5'], new FakeApp(), ['--share', 'nowhere']);
    expect(await flagged.status).toBe(3);
    expect(flagged.app.calls).toEqual([]);
  });

  it('asks for the name where none was given, until it is one', async () => {
    const run = stage(['client', 'lab'], { cwd: folder });
    run.stdin.end('a/b\nCarol\n\n5\n');
    expect(await run.status).toBe(0);
    expect(run.stdout.lines.slice(0, 3)).toEqual([
      'Enter your user name: a/b',
      expect.stringContaining('"a/b" cannot be a user name'),
      'Enter your user name: Carol',
    ]);
    expect(run.stdout.text).toContain('Registered with server as Carol.');
  });

  it('leaves without joining where nobody answers', async () => {
    for (const argv of [
      ['client', 'lab'],
      ['client', 'lab', 'Carol'],
    ]) {
      const run = stage(argv, { cwd: folder });
      run.stdin.end();
      expect(await run.status).toBe(0);
      expect(run.app.calls).toEqual([]);
    }
  });

  it('prints what happens meanwhile on lines of its own, and asks again', async () => {
    const run = stage(['client', 'lab', 'Carol', '--share', 'plain.txt'], { cwd: folder });
    await shows(run.stdout, 'Select an option: ');
    run.app.tell({ event: 'reach', reachable: false, reason: 'port 50123 is closed' });
    run.stdin.end('5\n');
    expect(await run.status).toBe(0);
    expect(run.stdout.text).toContain(
      'Select an option: \nOthers cannot reach this peer, so what it shares is not listed: port 50123 is closed\nSelect an option: 5\n',
    );
  });

  it('ends with 130 on a signal, and says goodbye', async () => {
    const run = stage(['client', 'lab', 'Carol', '--share', 'plain.txt'], { cwd: folder });
    await shows(run.stdout, 'Select an option: ');
    run.ending.interrupt();
    expect(await run.status).toBe(130);
    expect(run.app.disposed).toBe(1);
  });

  it('ends with 5 when the tracker ends the session for good', async () => {
    const run = stage(['client', 'lab', 'Carol', '--share', 'plain.txt'], { cwd: folder });
    await shows(run.stdout, 'Select an option: ');
    run.app.tell({ event: 'ended', reason: 'the name was freed' });
    expect(await run.status).toBe(5);
    expect(run.stderr.text).toBe('rollcall: off the tracker: the name was freed\n');
  });

  it('ends with the status of a joining that fails', async () => {
    const refuse = new RollcallError('name-taken', 'Carol is somebody else');
    const run = carol(['', '5'], Object.assign(new FakeApp(), { refuse }));
    expect(await run.status).toBe(5);
    expect(run.stderr.text).toBe('rollcall: Carol is somebody else\n');
  });
});
