import { describe, expect, it } from 'vitest';
import { FakeApp, FakeOutput, idOf, row, stage, userRow } from '../fakes.ts';

const withRows = (...rows: ReturnType<typeof row>[]): FakeApp => Object.assign(new FakeApp(), { rows });

describe('ls', () => {
  it('prints a table with the heads first', async () => {
    const app = withRows(
      row('notes.txt', 'Bob', { description: 'from the talk' }),
      row('photos', 'Sally', { kind: 'folder', size: 5_000_000, id: idOf('b'), state: 'suspect' }),
    );
    const { status, stdout, stderr } = stage(['ls'], { app });
    expect(await status).toBe(0);
    expect(stdout.lines).toEqual([
      'NAME       OWNER     SIZE  KIND    STATE    ID        DESCRIPTION',
      'notes.txt  Bob    1.23 kB  file    alive    aaaaaaaa  from the talk',
      'photos     Sally     5 MB  folder  suspect  bbbbbbbb',
    ]);
    expect(stderr.text).toBe('2 resources of 2 owners\n');
  });

  it('marks what nobody can verify, whose size nobody knows', async () => {
    const app = new FakeApp();
    const { id: _id, size: _size, kind: _kind, ...rest } = row('old.txt', 'Carol');
    app.rows = [row('notes.txt', 'Bob'), { ...rest, id: null, size: null, kind: 'file' }];
    const { status, stdout } = stage(['ls'], { app });
    expect(await status).toBe(0);
    expect(stdout.lines[2]).toBe('old.txt    Carol        ?  file  alive  unverified');
    const json = stage(['ls', '--json'], { app });
    expect(await json.status).toBe(0);
    expect(json.stdout.records[1]).toMatchObject({ name: 'old.txt', id: null, size: null });
  });

  it('prints exactly the documented fields as JSON, a row a line', async () => {
    const { status, stdout, stderr } = stage(['ls', '--json'], { app: withRows(row('notes.txt', 'Bob')) });
    expect(await status).toBe(0);
    expect(stderr.text).toBe('');
    expect(stdout.text).toBe(
      `{"name":"notes.txt","owner":"Bob","address":"192.168.1.200","port":55211,"size":1234,"id":"${idOf('a')}","kind":"file","description":"","state":"alive"}\n`,
    );
  });

  it('asks for the pattern and the owner', async () => {
    const { status, app } = stage(['ls', 'note', '--owner', 'Bob']);
    expect(await status).toBe(0);
    expect(app.calls[1]).toEqual(['find', { pattern: 'note', owner: 'Bob' }]);
  });

  it.each([
    [['ls'], 'Nothing is shared.'],
    [['ls', 'x'], "Nothing is shared with 'x' in its name."],
    [['ls', 'x', '--owner', 'Bob'], "Bob shares nothing with 'x' in its name."],
  ])('says so where %j finds nothing, and is content', async (argv, message) => {
    const { status, stdout, stderr } = stage(argv);
    expect(await status).toBe(0);
    expect(stdout.text).toBe('');
    expect(stderr.text).toBe(`${message}\n`);
  });

  it('says only data with --quiet', async () => {
    const { status, stdout, stderr } = stage(['ls', '--quiet'], { app: withRows(row('notes.txt', 'Bob')) });
    expect(await status).toBe(0);
    expect(stdout.lines).toHaveLength(2);
    expect(stderr.text).toBe('');
  });

  it('keeps to the width of a terminal and never cuts for a pipe', async () => {
    const app = withRows(row(`${'long '.repeat(40)}name`, 'Bob', { description: 'a description '.repeat(20) }));
    const stdout = new FakeOutput(true, 80);
    expect(await stage(['ls', '--no-color'], { app, stdout }).status).toBe(0);
    for (const line of stdout.lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout.text).toContain('…');
    const piped = stage(['ls'], { app });
    expect(await piped.status).toBe(0);
    expect(piped.stdout.text).not.toContain('…');
  });

  it.each([
    [80, 'NAME              OWNER     SIZE  KIND    STATE    ID        DESCRIPTION'],
    [70, 'NAME              OWNER     SIZE  KIND    STATE    ID'],
    [45, 'NAME              OWNER     SIZE  ID'],
    [32, 'NAME              OWNER     SIZE'],
    [24, 'NAME              OWNER'],
  ])('lists what matters most at a terminal of %i columns', async (columns, heads) => {
    const long = { description: 'x'.repeat(40), kind: 'folder', state: 'suspect' } as const;
    const stdout = new FakeOutput(true, columns);
    const { status } = stage(['ls', '--no-color'], { app: withRows(row('n'.repeat(60), 'Bob', long)), stdout });
    expect(await status).toBe(0);
    expect(stdout.lines[0]?.replace(/ +/g, ' ')).toBe(heads.replace(/ +/g, ' '));
    for (const line of stdout.lines) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('shows what is hostile in a description as text', async () => {
    const app = withRows(row('notes.txt', 'Bob', { description: '\u001b]0;owned\u0007\u009b2J' }));
    const table = stage(['ls'], { app });
    expect(await table.status).toBe(0);
    expect(table.stdout.text).toContain('\\u{1b}]0;owned\\u{7}\\u{9b}2J');
    const json = stage(['ls', '--json'], { app });
    expect(await json.status).toBe(0);
    expect(json.stdout.text).not.toMatch(/[\u001b\u0007\u009b]/);
    expect(json.stdout.records[0]?.['description']).toBe('\u001b]0;owned\u0007\u009b2J');
  });

  it('says goodbye to the tracker', async () => {
    const { status, app } = stage(['ls']);
    expect(await status).toBe(0);
    expect(app.disposed).toBe(1);
  });

  it('tells of a tracker that it meets for the first time', async () => {
    const app = new FakeApp();
    const { facade } = app;
    const openVisitor: typeof facade.openVisitor = async (options) => {
      const visitor = await facade.openVisitor(options);
      app.tell({ event: 'pinned', server: 'lab:7450', fingerprint: visitor.tracker.fingerprint });
      return visitor;
    };
    const { status, stderr } = stage(['who'], { facade: async () => ({ ...facade, openVisitor }) });
    expect(await status).toBe(0);
    expect(stderr.lines[0]).toMatch(/^First visit to the tracker lab:7450: it is known by its key abab/);
  });
});

describe('who', () => {
  const app = Object.assign(new FakeApp(), {
    userRows: [userRow('Bob'), userRow('Sally', { state: 'suspect', udp: 'blocked', resources: 0 })],
  });

  it('prints a table', async () => {
    const { status, stdout, stderr } = stage(['who'], { app });
    expect(await status).toBe(0);
    expect(stdout.lines).toEqual([
      'USER   ADDRESS         PORT  STATE    RESOURCES  UDP      SINCE',
      'Bob    192.168.1.200  55211  alive            2  ok       2030-01-01 12:00',
      'Sally  192.168.1.200  55211  suspect          0  blocked  2030-01-01 12:00',
    ]);
    expect(stderr.text).toBe('2 peers\n');
  });

  it('says nothing of the datagrams of a program that sends none', async () => {
    const { fingerprint: _, ...row } = userRow('Carol');
    const { status, stdout } = stage(['who'], { app: Object.assign(new FakeApp(), { userRows: [row] }) });
    expect(await status).toBe(0);
    expect(stdout.lines[1]).toBe('Carol  192.168.1.200  55211  alive          2  -    2030-01-01 12:00');
  });

  it('prints exactly the documented fields as JSON', async () => {
    const { status, stdout } = stage(['who', '--json'], { app });
    expect(await status).toBe(0);
    expect(stdout.lines[0]).toBe(
      '{"user":"Bob","address":"192.168.1.200","port":55211,"state":"alive","resources":2,"udp":"ok"}',
    );
  });

  it('says so where nobody is here', async () => {
    const { status, stderr } = stage(['who']);
    expect(await status).toBe(0);
    expect(stderr.text).toBe('Nobody is here.\n');
  });
});
