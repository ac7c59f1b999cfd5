import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitStatuses, RollcallError } from '../../../../src/base/errors.ts';
import { FakeApp, FakeOutput, stage } from '../fakes.ts';

const failing = (error: Error): FakeApp => Object.assign(new FakeApp(), { refuse: error });

describe('the command line', () => {
  it('prints the version, before and after a command', async () => {
    for (const argv of [['--version'], ['-V'], ['ls', '--version']]) {
      const { status, stdout } = stage(argv);
      expect(await status).toBe(0);
      expect(stdout.text).toBe('1.2.3\n');
    }
  });

  it('prints help that names every command', async () => {
    const { status, stdout, stderr } = stage(['--help']);
    expect(await status).toBe(0);
    expect(stderr.text).toBe('');
    const known = [
      'server',
      'client',
      'shell',
      'share',
      'get',
      'ls',
      'who',
      'discover',
      'hash',
      'unregister',
      'doctor',
    ];
    for (const command of [...known, 'history', 'clock', 'oplog', 'demo']) {
      expect(stdout.text).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  it.each([
    'server',
    'client',
    'shell',
    'share',
    'get',
    'ls',
    'who',
    'discover',
    'hash',
    'unregister',
    'doctor',
    'history',
    'clock',
    'oplog',
    'demo',
    'completion',
  ])('ends the help of %s with an example of it', async (command) => {
    const { status, stdout } = stage([command, '--help']);
    expect(await status).toBe(0);
    const example = new RegExp(`\\nExample:\\n  \\$ (source <\\()?rollcall ${command}.*\\n\\n?$`);
    expect(stdout.text).toMatch(example);
  });

  it('shows with a command the flags of all that it heeds, and no others', async () => {
    const flagsOf = async (command: string): Promise<string[]> => {
      const { status, stdout } = stage([command, '--help']);
      expect(await status).toBe(0);
      const [, global = ''] = stdout.text.split('Global Options:\n');
      return [...global.matchAll(/^ {2}(--\S+)/gm)].map(([, flag = '']) => flag);
    };
    const all = ['--server', '--user', '--home', '--clock', '--json', '--quiet', '--verbose', '--no-color'];
    for (const command of ['share', 'get', 'link', 'ls', 'who', 'unregister', 'doctor']) {
      expect(await flagsOf(command)).toEqual(all);
    }
    expect(await flagsOf('server')).toEqual(['--home', '--json', '--verbose', '--no-color']);
    for (const command of ['client', 'shell']) {
      expect(await flagsOf(command)).toEqual(['--server', '--user', '--home', '--clock', '--verbose', '--no-color']);
    }
    expect(await flagsOf('history')).toEqual(['--home', '--json', '--no-color']);
    for (const command of ['clock', 'oplog']) expect(await flagsOf(command)).toEqual(['--json', '--no-color']);
    for (const command of ['discover', 'hash']) {
      expect(await flagsOf(command)).toEqual(['--home', '--json', '--quiet', '--verbose', '--no-color']);
    }
    expect(await flagsOf('demo')).toEqual(['--json', '--quiet', '--verbose', '--no-color']);
    expect(await flagsOf('completion')).toEqual(['--no-color']);
  });

  it('names with each command of the list its arguments alone', async () => {
    const { status, stdout } = stage(['--help']);
    expect(await status).toBe(0);
    const terms = [...stdout.text.matchAll(/^ {2}([a-z]\S*(?: [[<]\S+)*) {2,}\S/gm)].map(([, term]) => term);
    expect(terms).toEqual([
      'server',
      'client [server] [username]',
      'gui [server] [username]',
      'shell [server] [username]',
      'share <path...>',
      'get [name]',
      'link [name]',
      'ls [pattern]',
      'who',
      'discover',
      'hash <path...>',
      'unregister',
      'doctor',
      'history',
      'clock',
      'oplog',
      'demo',
      'completion <shell>',
      'help [command]',
    ]);
  });

  it('warns in the help of get that --overwrite removes what is in a folder', async () => {
    const { status, stdout } = stage(['get', '--help']);
    expect(await status).toBe(0);
    expect(stdout.text.replace(/\s+/g, ' ')).toContain('a folder is replaced whole: files of yours in it are removed');
  });

  it('takes global flags before and after the command', async () => {
    for (const argv of [
      ['--server', 'lab:7000', '--user', 'Ann', 'ls', '--json'],
      ['ls', '--json', '--server', 'lab:7000', '--user', 'Ann'],
      ['--json', 'ls', '--user=Ann', '--server=lab:7000'],
    ]) {
      const { status, app } = stage(argv);
      expect(await status).toBe(0);
      expect(app.calls[0]).toEqual(['visit', { host: 'lab', port: 7000 }, 'Ann']);
    }
  });

  it.each([
    [['lss'], "unknown command 'lss' (Did you mean ls?); see: rollcall --help"],
    [['get', '--form', 'Bob', 'x'], "unknown option '--form' (Did you mean --from?); see: rollcall get --help"],
    [['share'], "missing required argument 'path'; see: rollcall share --help"],
    [['ls', 'a', 'b'], "too many arguments for 'ls'. Expected 1 argument but got 2; see: rollcall ls --help"],
    [['--server'], "option '--server <host[:port]>' argument missing; see: rollcall --help"],
    [['server', '--port', 'x'], '--port: "x" is no port: give a number from 1 to 65535, or 0'],
    [['server', '--hello-port', '-1'], '--hello-port: "-1" is no port'],
    [['server', '--classic', 'hello,helo'], '--classic: "helo" is no dialect of older programs: give hello, versioned'],
    [['server', '--classic', 'all,hello'], '--classic: "all" is no dialect'],
    [['history', '--limit', '0'], '--limit: "0" is no count'],
    [['clock', '--port', '70000'], '--port: "70000" is no port'],
    [['ls', '--clock', 'localhost:7452'], '--clock: "localhost:7452" is no address of a date service: write http://'],
    [['ls', '--clock', 'http://me:pw@host'], 'is no address of a date service'],
    [['get'], 'say what to get: a name, or --id CONTENT'],
    [['get', 'x', '-o', '-'], 'say -o FILE instead of -o -'],
    [['get', 'x', '--rename', '--overwrite'], '--overwrite and --rename exclude each other'],
    [['get', 'x', '--id', 'abc'], '--id: "abc" is no content id'],
    [['get', '--id', 'abcdef01'], '--id: "abcdef01" is no whole content id: without a name it has to be whole'],
    [
      ['share', 'x', '--user', 'Ann', '--limit-down', '5M'],
      "unknown option '--limit-down'; see: rollcall share --help",
    ],
    [['get', '../x'], '"../x" cannot be a resource name: it has a slash'],
    [['get', 'x', '--from', 'a/b'], '"a/b" cannot be a user name'],
    [['ls', '--server', 'a b'], '--server: "a b" is no tracker\'s address'],
    [['share', 'x', '--user', 'Ann', '--peer-port', '80'], '--peer-port: "80" is no port'],
    [['share', 'x', 'y', '--as', 'z', '--user', 'Ann'], '--as gives one name to one path, and there are 2'],
    [['share', 'x'], 'this needs your user name: add --user NAME'],
    [['unregister'], 'this needs your user name: add --user NAME'],
    [['completion', 'ksh'], 'there is no completion for "ksh"; there is for bash, zsh, fish, powershell'],
  ])('refuses %j as usage, in one line that says what to do', async (argv, message) => {
    const { status, stdout, stderr, app } = stage(argv);
    expect(await status).toBe(2);
    expect(stdout.text).toBe('');
    expect(stderr.lines).toHaveLength(1);
    expect(stderr.text).toMatch(/^rollcall: /);
    expect(stderr.text).toContain(message);
    expect(app.calls).toEqual([]);
  });

  it('shows the help and asks for a command where none was given', async () => {
    const { status, stdout, stderr } = stage([]);
    expect(await status).toBe(2);
    expect(stdout.text).toBe('');
    expect(stderr.text).toContain('Usage: rollcall');
    expect(stderr.lines.at(-1)).toBe('rollcall: say which command to run; see: rollcall --help');
  });

  it('hands the options of the tracker on, with their defaults', async () => {
    const plain = stage(['server']);
    expect(await plain.status).toBe(0);
    expect(plain.served).toMatchObject([
      {
        host: '0.0.0.0',
        port: 7450,
        heartbeat: '2s',
        suspectAfter: '6s',
        evictAfter: '12s',
        announce: true,
        logLevel: 'info',
        json: false,
      },
    ]);
    const own = stage([
      'server',
      '--port',
      '0',
      '--host',
      '::',
      '--data',
      'd',
      '--log',
      'f',
      '--evict-after',
      '1s',
      '--json',
    ]);
    expect(await own.status).toBe(0);
    expect(own.served).toMatchObject([{ host: '::', port: 0, data: 'd', log: 'f', evictAfter: '1s', json: true }]);
  });

  it('announces no tracker where a flag or the environment says so', async () => {
    const flag = stage(['server', '--no-announce']);
    const setting = stage(['server'], { env: { ROLLCALL_DISCOVERY: 'false' } });
    const wrong = stage(['server'], { env: { ROLLCALL_DISCOVERY: 'maybe' } });
    expect(await Promise.all([flag.status, setting.status, wrong.status])).toEqual([0, 0, 2]);
    expect([...flag.served, ...setting.served]).toMatchObject([{ announce: false }, { announce: false }]);
    expect(wrong.served).toEqual([]);
  });

  it('hands on to the tracker what it is told of older programs, records and consoles', async () => {
    const plain = stage(['server']);
    expect(await plain.status).toBe(0);
    expect(plain.served).toMatchObject([{ keepHistory: '90d' }]);
    for (const flag of ['classic', 'helloPort', 'oplog', 'console']) expect(plain.served[0]).not.toHaveProperty(flag);

    const own = stage([
      ...['server', '--classic', '--hello-port', '0', '--oplog', 'h:1', '--console'],
      ...['--keep-history', '1h'],
    ]);
    expect(await own.status).toBe(0);
    expect(own.served).toMatchObject([
      {
        classic: ['hello', 'versioned', 'hostname', 'fields'],
        helloPort: 0,
        oplog: 'h:1',
        console: true,
        keepHistory: '1h',
      },
    ]);

    const some = stage(['server', '--classic', ' Fields,hello,fields']);
    expect(await some.status).toBe(0);
    expect(some.served).toMatchObject([{ classic: ['fields', 'hello'] }]);
  });

  it.each([
    [['clock'], { host: '127.0.0.1', port: 7452, json: false }],
    [['clock', '--port', '0', '--host', '::1', '--json'], { host: '::1', port: 0, json: true }],
    [['oplog'], { host: '127.0.0.1', port: 0, json: false }],
    [['oplog', '--log', 'f', '--port', '7453'], { host: '127.0.0.1', port: 7453, log: 'f' }],
    [['history'], { data: resolve('/nowhere/home/tracker'), json: false }],
    [['history', '--data', 'd', '--user', 'Ann', '--limit', '7'], { data: 'd', user: 'Ann', limit: 7 }],
    [
      ['history', '--since', '2h', '--operation', 'announce', '--json'],
      { since: '2h', operation: 'announce', json: true },
    ],
  ])('hands the options of %j on', async (argv, flags) => {
    const { status, ran } = stage(argv);
    expect(await status).toBe(0);
    expect(ran).toMatchObject([flags]);
  });

  it('shows the whole history, whatever user the environment names', async () => {
    const { status, ran } = stage(['history'], { env: { ROLLCALL_USER: 'Ann' } });
    expect(await status).toBe(0);
    expect(ran[0]).not.toHaveProperty('user');
  });

  it.each([
    [[], {}, undefined],
    [['--home', 'h'], {}, resolve('/work/h/tracker')],
    [[], { ROLLCALL_HOME: '/h' }, resolve('/h/tracker')],
    [['--home', '/g', '--data', 'd'], { ROLLCALL_HOME: '/h' }, 'd'],
  ])('has the tracker keep its own in the home folder that %j and %j name', async (flags, env, data) => {
    const { status, served } = stage(['server', ...flags], { env });
    expect(await status).toBe(0);
    expect(served.map((one) => one.data)).toEqual([data]);
  });
});

describe('a failure', () => {
  it.each(Object.entries(exitStatuses))('with the code %s ends with status %i', async (code, exit) => {
    const error = new RollcallError(code as keyof typeof exitStatuses, 'what happened');
    const { status, stdout, stderr } = stage(['ls', '--json'], { app: failing(error) });
    expect(await status).toBe(exit);
    expect(stdout.records).toEqual([{ event: 'error', code, message: 'what happened', exit }]);
    expect(stderr.lines[0]).toBe('rollcall: what happened');
  });

  it('is told on stderr alone without --json', async () => {
    const { status, stdout, stderr } = stage(['ls'], { app: failing(new RollcallError('unreachable', 'gone')) });
    expect(await status).toBe(6);
    expect(stdout.text).toBe('');
    expect(stderr.text).toBe('rollcall: gone\n');
  });

  it('that nobody foresaw is a fault, and --verbose shows where', async () => {
    const short = stage(['ls'], { app: failing(new TypeError('x is not a function')) });
    expect(await short.status).toBe(1);
    expect(short.stderr.lines).toEqual([
      'rollcall: x is not a function',
      'This is a fault of rollcall or its machine; --verbose shows where it is.',
    ]);
    const cause = new Error('below');
    const long = stage(['ls', '--verbose'], { app: failing(new Error('above', { cause })) });
    expect(await long.status).toBe(1);
    expect(long.stderr.text).toMatch(/Error: above\n {4}at .*\n[\s\S]*Error: below\n {4}at /);
  });

  it('cannot move the cursor', async () => {
    const evil = new RollcallError('refused', 'a\u001b[2Jb\nc\u202e');
    const { status, stdout, stderr } = stage(['ls', '--json'], { app: failing(evil) });
    expect(await status).toBe(5);
    expect(stderr.text).toBe('rollcall: a\\u{1b}[2Jb\\u{a}c\\u{202e}\n');
    expect(stdout.text).not.toMatch(/[\u001b\u202e]/);
    expect(stdout.records[0]?.['message']).toBe('a\u001b[2Jb\nc\u202e');
  });

  it('by a signal has status 130, whatever the work under way says', async () => {
    const app = new FakeApp();
    const { status, ending } = stage(['get', 'x'], { app: Object.assign(app, { found: [] }) });
    ending.interrupt();
    app.refuse = new DOMException('This operation was aborted', 'AbortError');
    expect(await status).toBe(130);
  });
});

describe('colour', () => {
  const error = new RollcallError('refused', 'no');
  const shown = async (argv: string[], env: NodeJS.ProcessEnv, tty = true): Promise<string> => {
    const stderr = new FakeOutput(tty);
    await stage(argv, { app: failing(error), stderr, env: { ROLLCALL_SERVER: 'lab', ...env } }).status;
    return stderr.text;
  };

  it('is for a terminal', async () => {
    expect(await shown(['ls'], {})).toBe('\u001b[31mrollcall:\u001b[39m no\n');
    expect(await shown(['ls'], {}, false)).toBe('rollcall: no\n');
  });

  it('is switched off by --no-color, NO_COLOR and a dumb terminal', async () => {
    expect(await shown(['ls', '--no-color'], {})).toBe('rollcall: no\n');
    expect(await shown(['ls'], { NO_COLOR: '1' })).toBe('rollcall: no\n');
    expect(await shown(['ls'], { TERM: 'dumb' })).toBe('rollcall: no\n');
    expect(await shown(['ls'], { NO_COLOR: '' })).not.toBe('rollcall: no\n');
  });
});
