import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { resourceName } from '../../../../src/base/names.ts';
import { choice, FakeApp, owner, row, type Stage, shows, stage, unverified, userRow } from '../fakes.ts';

const bob = owner('Bob', '192.168.1.200', 55211);
const sally = owner('Sally', '192.168.1.109', 62102);

/** A roll with two users; what is published is shared. */
function lab(more: Partial<FakeApp> = {}): FakeApp {
  const app = Object.assign(new FakeApp(), {
    userRows: [userRow('Bob'), userRow('Sally', { address: '192.168.1.109', port: 62102 })],
    ...more,
  });
  const share = app.shareWith;
  app.shareWith = async (path, how) => {
    const announced = await share(path, how);
    app.entries = [...app.entries, announced];
    return announced;
  };
  return app;
}

/** Runs the shell with all the lines that somebody will type already there. */
function typed(
  lines: string[],
  app = lab(),
  argv: string[] = ['shell', 'lab'],
  more: Parameters<typeof stage>[1] = {},
): Stage {
  const run = stage(argv, { app, ...more });
  run.stdin.end(lines.map((line) => `${line}\n`).join(''));
  return run;
}

/** What was printed for lines, after somebody had connected as Carol. */
async function asCarol(lines: string[], app = lab()): Promise<{ results: string[]; reasons: string; app: FakeApp }> {
  const { status, stdout, stderr } = typed(lines, app, ['shell', 'lab', 'Carol']);
  expect(await status).toBe(0);
  const [first, ...results] = stdout.lines;
  expect(first).toBe('CONNECT OK');
  return { results, reasons: stderr.text, app };
}

async function asNobody(lines: string[], app = lab()): Promise<{ results: string[]; reasons: string; app: FakeApp }> {
  const { status, stdout, stderr } = typed(lines, app);
  expect(await status).toBe(0);
  return { results: stdout.lines, reasons: stderr.text, app };
}

const failing =
  (code: 'not-found' | 'unreachable' | 'refused' | 'name-taken' | 'exists', message: string) => async () => {
    throw new RollcallError(code, message);
  };

describe('the shell on a pipe', () => {
  it('prints results alone, without prompt or echo, and ends with 0 at the end of the input', async () => {
    const { results } = await asCarol(['', '   ', 'LIST_USERS']);
    expect(results).toEqual(['LIST_USERS OK', 'Bob 192.168.1.200 55211', 'Sally 192.168.1.109 62102']);
  });

  it.each(['QUIT', 'quit', 'EXIT', ' exit now'])('leaves at %j, and says goodbye', async (line) => {
    const { results, app } = await asCarol([line, 'LIST_USERS']);
    expect(results).toEqual([]);
    expect(app.disposed).toBe(1);
  });

  it('ends with 0 whatever failed, as the shells before it', async () => {
    expect((await asNobody(['LIST_USERS', 'nonsense'])).results).toHaveLength(2);
  });

  it('ends with 130 where it is told to stop, off the roll', async () => {
    const run = stage(['shell', 'lab', 'Carol'], { app: lab() });
    await shows(run.stdout, 'CONNECT OK');
    run.ending.interrupt();
    expect(await run.status).toBe(130);
    expect(run.app.disposed).toBe(1);
  });

  it('asks for a tracker where none is named, before anything else', async () => {
    const run = typed(['help'], lab(), ['shell'], { env: { ROLLCALL_HOME: '/nowhere' } });
    expect(await run.status).toBe(2);
    expect(run.stdout.text).toBe('');
  });

  it('connects at the start as the user who is named, and goes on where that fails', async () => {
    const app = lab({ refuse: new RollcallError('unreachable', 'nobody answers') });
    const { status, stdout, stderr } = typed(['LIST_USERS'], app, ['shell', 'lab', 'Carol']);
    expect(await status).toBe(0);
    expect(stdout.lines).toEqual(['CONNECT FAIL', 'LIST_USERS FAIL, USER NOT CONNECTED']);
    expect(stderr.text).toContain('nobody answers');
  });

  it('hands the settings on to the peer that it opens', async () => {
    const argv = ['shell', 'lab', 'Carol', '--classic', '--peer-port', '5000', '--limit-up', '5k'];
    const { status, app } = typed([], lab(), argv);
    expect(await status).toBe(0);
    expect(app.opened).toMatchObject({ user: 'Carol', peerPort: 5000, classic: true, traffic: { limitUp: 5120 } });
  });

  it('answers what is no verb', async () => {
    const { results, reasons } = await asNobody(['HELO', 'help', '?']);
    expect(results[0]).toBe('Error: command HELO not valid.');
    expect(reasons).toContain('Type help');
    expect(
      results.filter((line) => line.includes('GET_FILE <userName> <remoteFileName> <localFileName>')),
    ).toHaveLength(2);
  });

  it.each([
    ['REGISTER', 'REGISTER <userName>'],
    ['REGISTER a b', 'REGISTER <userName>'],
    ['unregister', 'UNREGISTER <userName>'],
    ['CONNECT', 'CONNECT <userName>'],
    ['DISCONNECT', 'DISCONNECT <userName>'],
    ['PUBLISH a.txt', 'PUBLISH <fileName> <description>'],
    ['PUBLISH "a.txt b', 'PUBLISH <fileName> <description>'],
    ['DELETE', 'DELETE <fileName>'],
    ['LIST_USERS now', 'LIST_USERS'],
    ['LIST_CONTENT', 'LIST_CONTENT <userName>'],
    ['GET_FILE Bob a.txt', 'GET_FILE <userName> <remoteFileName> <localFileName>'],
    ['ANNOUNCE', 'ANNOUNCE <file>'],
    ['REQUEST a b', 'REQUEST <file>'],
    ['fetch', 'fetch <file>'],
  ])('says how to write %j', async (line, usage) => {
    const { results, app } = await asNobody([line]);
    expect(results).toEqual([`Syntax error. Usage: ${usage}`]);
    expect(app.calls).toEqual([]);
  });

  it('prints names from outside so that they cannot move the cursor', async () => {
    const { status, stdout } = typed(['\u001b[2J', 'LIST_CONTENT \u001b[2J'], lab(), ['shell', 'lab', 'Carol']);
    expect(await status).toBe(0);
    expect(stdout.text).not.toContain('\u001b');
  });
});

describe('REGISTER and UNREGISTER', () => {
  it('binds a name by a visit, and frees it', async () => {
    const lines = ['register Carol', 'REGISTER Carol', 'UNREGISTER Carol', 'REGISTER Carol'];
    const { results, app } = await asNobody(lines, lab({ unknown: new Set(['Carol']) }));
    expect(results).toEqual(['REGISTER OK', 'USERNAME IN USE', 'UNREGISTER OK', 'REGISTER OK']);
    expect(app.calls).toEqual([
      ['visit', { host: 'lab', port: 7450 }, undefined],
      ['visit', { host: 'lab', port: 7450 }, 'Carol'],
      ['unregister', 'Carol'],
      ['visit', { host: 'lab', port: 7450 }, 'Carol'],
    ]);
    expect(app.disposed).toBe(3);
  });

  it('says that a name is in use, also where somebody was faster, or spells it otherwise', async () => {
    expect((await asNobody(['REGISTER Bob'])).results).toEqual(['USERNAME IN USE']);
    const app = lab({ unknown: new Set(['bob']) });
    const { openVisitor } = app.facade;
    const facade = {
      ...app.facade,
      openVisitor: async (options: Parameters<typeof openVisitor>[0]) => {
        if (options.user !== undefined) throw new RollcallError('name-taken', '"bob" is taken by the key ab');
        return await openVisitor(options);
      },
    };
    const { status, stdout, stderr } = typed(['REGISTER bob'], app, ['shell', 'lab'], { facade: async () => facade });
    expect(await status).toBe(0);
    expect(stdout.lines).toEqual(['USERNAME IN USE']);
    expect(stderr.text).toContain('is taken by the key ab');
  });

  it('fails with the reason otherwise', async () => {
    const away = lab({ refuse: new RollcallError('unreachable', 'nobody answers') });
    const { results, reasons } = await asNobody(['REGISTER Carol', 'REGISTER a/b', 'UNREGISTER Carol'], away);
    expect(results).toEqual(['REGISTER FAIL', 'REGISTER FAIL', 'UNREGISTER FAIL']);
    expect(reasons).toContain('nobody answers');
    expect(reasons).toContain('"a/b" cannot be a user name');
  });

  it('says that nobody has the name to free, or that it is not ours', async () => {
    const none = lab({ unregisterWith: failing('not-found', 'nobody goes by it') });
    expect((await asNobody(['UNREGISTER Eve'], none)).results).toEqual(['USER DOES NOT EXIST']);
    const others = lab({ unregisterWith: failing('refused', 'it belongs to the key cd') });
    const { results, reasons } = await asNobody(['UNREGISTER Eve'], others);
    expect(results).toEqual(['UNREGISTER FAIL']);
    expect(reasons).toContain('it belongs to the key cd');
  });

  it('leaves a user who freed his name without a name, until it is registered again', async () => {
    const app = lab();
    app.unregisterWith = async () => app.tell({ event: 'ended', reason: 'the name was unregistered' });
    const lines = ['UNREGISTER Carol', 'LIST_USERS', 'PUBLISH a b', 'DISCONNECT Carol', 'CONNECT Carol'];
    const { results, reasons } = await asCarol([...lines, 'REGISTER Carol', 'LIST_USERS', 'CONNECT Carol'], app);
    expect(results).toEqual([
      'UNREGISTER OK',
      'LIST_USERS FAIL, USER DOES NOT EXIST',
      'PUBLISH FAIL, USER DOES NOT EXIST',
      'DISCONNECT FAIL, USER DOES NOT EXIST',
      'CONNECT FAIL, USER DOES NOT EXIST',
      'REGISTER OK',
      'LIST_USERS FAIL, USER NOT CONNECTED',
      'CONNECT OK',
    ]);
    expect(reasons).not.toContain('Off the tracker');
  });
});

describe('CONNECT and DISCONNECT', () => {
  it('connects nobody whose name is not registered, but for whom the shell was started', async () => {
    const lines = ['CONNECT Eve', 'DISCONNECT Eve', 'LIST_USERS'];
    const { results, reasons } = await asNobody(lines, lab({ unknown: new Set(['Eve']) }));
    expect(results).toEqual([
      'CONNECT FAIL, USER DOES NOT EXIST',
      'DISCONNECT FAIL, USER DOES NOT EXIST',
      'LIST_USERS FAIL, USER NOT CONNECTED',
    ]);
    expect(reasons).toContain('REGISTER Eve first');
    expect((await asCarol([], lab({ unknown: new Set(['Carol']) }))).results).toEqual([]);
  });

  it('is on the roll as one user at a time', async () => {
    const lines = ['CONNECT Carol', 'CONNECT Dave', 'DISCONNECT Dave', 'DISCONNECT Carol', 'DISCONNECT Carol'];
    const { results, reasons, app } = await asCarol([...lines, 'CONNECT Dave']);
    expect(results).toEqual([
      'USER ALREADY CONNECTED',
      'CONNECT FAIL',
      'DISCONNECT FAIL, USER NOT CONNECTED',
      'DISCONNECT OK',
      'DISCONNECT FAIL, USER NOT CONNECTED',
      'CONNECT OK',
    ]);
    expect(reasons).toContain('you are connected as Carol: DISCONNECT it first');
    expect(app.disposed).toBe(3);
  });

  it('is connected no longer once the tracker has ended the session, and says why', async () => {
    const run = stage(['shell', 'lab', 'Carol'], { app: lab() });
    await shows(run.stdout, 'CONNECT OK');
    run.app.tell({ event: 'ended', reason: 'kicked by the operator' });
    run.stdin.end('LIST_USERS\nDISCONNECT Carol\n');
    expect(await run.status).toBe(0);
    expect(run.stdout.lines.slice(1)).toEqual([
      'LIST_USERS FAIL, USER NOT CONNECTED',
      'DISCONNECT FAIL, USER NOT CONNECTED',
    ]);
    expect(run.stderr.text).toContain('Off the tracker: kicked by the operator');
    expect(run.app.disposed).toBe(2);
  });

  it('fails where the session is ended while it is being opened', async () => {
    const app = lab({ early: [{ event: 'ended', reason: 'kicked by the operator' }] });
    const { results } = await asNobody(['CONNECT Carol', 'LIST_USERS'], app);
    expect(results).toEqual(['CONNECT FAIL', 'LIST_USERS FAIL, USER NOT CONNECTED']);
    expect(app.disposed).toBe(2);
  });

  it('tells what happens meanwhile on stderr', async () => {
    const run = stage(['shell', 'lab', 'Carol'], { app: lab() });
    await shows(run.stdout, 'CONNECT OK');
    run.app.tell({ event: 'lost', why: 'the connection broke', retryMs: 1000 });
    run.stdin.end();
    expect(await run.status).toBe(0);
    expect(run.stdout.lines).toEqual(['CONNECT OK']);
    expect(run.stderr.text).toContain('Lost the tracker: the connection broke');
  });
});

describe('PUBLISH and DELETE', () => {
  it('takes the rest of the line for the description, quoted or not', async () => {
    const { results, app } = await asCarol([
      'PUBLISH a.txt some words',
      'publish "b c.txt" "two  words"',
      'Publish d e',
    ]);
    expect(results).toEqual(['PUBLISH OK', 'PUBLISH OK', 'PUBLISH OK']);
    expect(app.calls.filter((call) => Array.isArray(call) && call[0] === 'share')).toEqual([
      ['share', '/work/a.txt', { as: undefined, description: 'some words', to: undefined }],
      ['share', '/work/b c.txt', { as: undefined, description: 'two  words', to: undefined }],
      ['share', '/work/d', { as: undefined, description: 'e', to: undefined }],
    ]);
  });

  it('takes two words in small letters for a local file and its shared name, in the words of that system', async () => {
    const { results, app } = await asCarol(['publish a.txt b.txt', 'publish x ../y']);
    expect(results).toEqual(['PUBLISH_SUCCESS', 'PUBLISH_FAIL "../y" cannot be a resource name: it has a slash']);
    expect(app.calls).toContainEqual(['share', '/work/a.txt', { as: 'b.txt', description: undefined, to: undefined }]);
    expect((await asNobody(['publish a.txt b.txt'])).results).toEqual(['PUBLISH_FAIL Client not registered']);
  });

  it('knows what is published by the last part of a path', async () => {
    const lines = ['PUBLISH /tmp/x/a.txt d', 'PUBLISH a.txt d', 'DELETE /elsewhere/a.txt', 'DELETE a.txt'];
    const { results, app } = await asCarol(lines);
    expect(results).toEqual([
      'PUBLISH OK',
      'PUBLISH FAIL, CONTENT ALREADY PUBLISHED',
      'DELETE OK',
      'DELETE FAIL, CONTENT NOT PUBLISHED',
    ]);
    expect(app.calls).toContainEqual(['withdraw', 'a.txt']);
  });

  it('fails with the reason, and without a user', async () => {
    const app = lab();
    app.shareWith = failing('not-found', 'nothing is at "gone"');
    const { results, reasons } = await asCarol(['PUBLISH gone d'], app);
    expect(results).toEqual(['PUBLISH FAIL']);
    expect(reasons).toContain('nothing is at "gone"');
    expect((await asNobody(['PUBLISH a b', 'DELETE a'])).results).toEqual([
      'PUBLISH FAIL, USER NOT CONNECTED',
      'DELETE FAIL, USER NOT CONNECTED',
    ]);
  });
});

describe('the lists', () => {
  it('lists names of a user, whether or not he shares anything', async () => {
    const { results, app } = await asCarol(
      ['LIST_CONTENT Bob'],
      lab({ rows: [row('a.txt', 'Bob'), row('b c', 'Bob')] }),
    );
    expect(results).toEqual(['LIST_CONTENT OK', 'a.txt', 'b c']);
    expect(app.calls).toContainEqual(['find', { owner: 'Bob' }]);
    expect((await asCarol(['list_content bob'])).results).toEqual(['LIST_CONTENT OK']);
  });

  it('fails for a user whom nobody knows, and without one of our own', async () => {
    const app = lab({ unknown: new Set(['Eve', 'Bob']) });
    expect((await asCarol(['LIST_CONTENT Eve', 'LIST_CONTENT Bob', 'LIST_CONTENT Away'], app)).results).toEqual([
      'LIST_CONTENT FAIL, REMOTE USER DOES NOT EXIST',
      'LIST_CONTENT OK',
      'LIST_CONTENT OK',
    ]);
    expect((await asNobody(['LIST_CONTENT Bob', 'LIST_USERS'])).results).toEqual([
      'LIST_CONTENT FAIL, USER NOT CONNECTED',
      'LIST_USERS FAIL, USER NOT CONNECTED',
    ]);
  });

  it('fails where the tracker does not answer', async () => {
    const app = lab({
      beforeRows: failing('unreachable', 'too late'),
      beforeUsers: failing('unreachable', 'too late'),
    });
    const { results, reasons } = await asCarol(['LIST_CONTENT Bob', 'LIST_USERS', 'LIST_FILES', 'list'], app);
    expect(results).toEqual(['LIST_CONTENT FAIL', 'LIST_USERS FAIL', 'ERROR too late', 'ERROR too late']);
    expect(reasons).toBe('too late\ntoo late\n');
  });

  it('lists every file and every user in the words of the other systems, to anybody', async () => {
    const rows = [row('a.txt', 'Bob'), row('a.txt', 'Sally', { address: '192.168.1.109', port: 62102 })];
    const app = lab({ rows, userRows: [userRow('Bob'), userRow('Bob', { port: 1 }), userRow('Sally')] });
    expect((await asNobody(['LIST_FILES', 'list'], app)).results).toEqual([
      'a.txt 192.168.1.200 55211',
      'a.txt 192.168.1.109 62102',
      'LIST_CLIENTS_OK Bob Sally',
    ]);
  });
});

describe('GET_FILE', () => {
  const both = (): FakeApp => lab({ found: [choice('a', 12, bob), choice('b', 34, sally)] });

  it('fetches what this user has, under the name that is given, and never over a file that is there', async () => {
    const { results, app } = await asNobody(['GET_FILE Sally test.txt "my file"'], both());
    expect(results).toEqual(['GET_FILE OK']);
    expect(app.calls).toContainEqual([
      'download',
      'b'.repeat(64),
      'Sally',
      { file: '/work/my file', ifExists: 'refuse' },
    ]);
    const taken = both();
    taken.downloadWith = failing('exists', 'it is there already');
    const { results: refused, reasons } = await asNobody(['GET_FILE Bob test.txt x'], taken);
    expect(refused).toEqual(['GET_FILE FAIL']);
    expect(reasons).toContain('it is there already');
  });

  it('takes a path for its last part where the file can be verified', async () => {
    const { app } = await asNobody(['GET_FILE Bob /home/bob/test.txt x'], both());
    expect(app.calls).toContainEqual(['located', { name: 'test.txt' }]);
    expect(app.calls).toContainEqual(['download', 'a'.repeat(64), 'Bob', { file: '/work/x', ifExists: 'refuse' }]);
  });

  it('tells a missing file from a missing user', async () => {
    expect((await asNobody(['GET_FILE Eve test.txt x'], both())).results).toEqual(['GET_FILE FAIL']);
    const lines = ['GET_FILE Bob other.txt x', 'GET_FILE Bob .. x', 'GET_FILE Bob a:b x'];
    expect((await asNobody(lines)).results).toEqual(lines.map(() => 'GET_FILE FAIL, FILE NOT EXIST'));
    const onlyBob = lab({ found: [choice('a', 12, bob)] });
    expect((await asNobody(['GET_FILE Sally test.txt x'], onlyBob)).results).toEqual(['GET_FILE FAIL, FILE NOT EXIST']);
  });

  it('fetches nothing where one user has different files of the name', async () => {
    const app = lab({ found: [choice('a', 12, bob), choice('b', 34, bob)] });
    const { results, reasons } = await asNobody(['GET_FILE Bob test.txt x'], app);
    expect(results).toEqual(['GET_FILE FAIL']);
    expect(reasons).toContain('Bob shares different files of that name');
  });

  it('fetches what nobody can verify by its name or its whole path alone, and says so', async () => {
    const old = unverified('Bob', '192.168.1.200', 55211);
    old.owners[0].spelling = '/home/bob/test.txt';
    const app = lab({ unverified: [old] });
    const { results, reasons } = await asNobody(
      ['GET_FILE Bob test.txt x', 'GET_FILE Bob /home/bob/test.txt y', 'GET_FILE Bob /tmp/test.txt z'],
      app,
    );
    expect(results).toEqual(['GET_FILE OK', 'GET_FILE OK', 'GET_FILE FAIL, FILE NOT EXIST']);
    expect(reasons).toContain('Unverified');
    expect(app.calls).toContainEqual(['downloadUnverified', 'Bob', { file: '/work/y', ifExists: 'refuse' }]);
  });
});

describe('REQUEST and fetch', () => {
  it('downloads at once from whoever has it', async () => {
    const app = lab({ found: [choice('a', 12, bob, sally)] });
    const { results } = await asNobody(['REQUEST test.txt', 'fetch test.txt'], app);
    expect(results).toEqual([
      'FOUND 192.168.1.200 55211',
      "Resource 'test.txt' downloaded and saved as 'downloaded_Bob_test.txt'",
      'FETCH_OK 192.168.1.200:55211:Bob 192.168.1.109:62102:Sally',
      "Resource 'test.txt' downloaded and saved as 'downloaded_Bob_test.txt'",
    ]);
    expect(app.calls).toContainEqual(['download', 'a'.repeat(64), 'Bob', { file: undefined, ifExists: 'rename' }]);
  });

  it('says that nobody has it', async () => {
    expect((await asNobody(['REQUEST test.txt', 'fetch test.txt'])).results).toEqual(['NOT_FOUND', 'FETCH_NOT_FOUND']);
  });

  it('prefers whoever was heard lately, and what can be verified, and says that there are others', async () => {
    const silent = { ...bob, state: 'suspect' as const };
    const app = lab({ found: [choice('a', 12, silent), choice('b', 34, sally)] });
    app.unverified = [unverified('Old', '192.168.1.7', 4000)];
    const { results, reasons } = await asNobody(['REQUEST test.txt'], app);
    expect(results[0]).toBe('FOUND 192.168.1.109 62102');
    expect(reasons).toContain("Different files go by this name; this is Sally's");
  });

  it('tells a download that fails in one line', async () => {
    const app = lab({ found: [choice('a', 12, bob)] });
    app.downloadWith = failing('unreachable', 'no owner answers');
    const { results, reasons } = await asNobody(['REQUEST test.txt', 'fetch test.txt', 'REQUEST a/b'], app);
    expect(results).toEqual([
      'FOUND 192.168.1.200 55211',
      'ERROR no owner answers',
      'FETCH_OK 192.168.1.200:55211:Bob',
      'ERROR no owner answers',
      'ERROR "a/b" cannot be a resource name: it has a slash',
    ]);
    expect(reasons).toBe('');
  });
});

describe('ANNOUNCE', () => {
  it('announces a file of the user who is connected', async () => {
    const { results, app } = await asCarol(['announce a.txt']);
    expect(results).toEqual(['ANNOUNCED']);
    expect(app.entries.map(({ name }) => name)).toEqual([resourceName('a.txt')]);
    expect((await asNobody(['ANNOUNCE a.txt'])).results).toEqual(['ERROR not connected: CONNECT a user first']);
  });
});
