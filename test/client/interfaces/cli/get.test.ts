import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { choice, FakeApp, FakeInput, FakeOutput, idOf, noon, owner, shows, stage, unverified } from '../fakes.ts';

const bob = owner('Bob', '192.168.1.200', 55211);
const sally = owner('Sally', '192.168.1.109', 62102);
const withChoices = (...found: ReturnType<typeof choice>[]): FakeApp => Object.assign(new FakeApp(), { found });
const different = (): FakeApp => withChoices(choice('a', 12, bob), choice('b', 3456, sally));
const downloads = (app: FakeApp): unknown[] =>
  app.calls.filter((call) => Array.isArray(call) && call[0] === 'download');

describe('get', () => {
  it('downloads what only one owner has, and prints the path for a pipe', async () => {
    const { status, stdout, stderr, app } = stage(['get', 'test.txt'], { app: withChoices(choice('a', 12, bob)) });
    expect(await status).toBe(0);
    expect(app.calls[1]).toEqual(['located', { name: 'test.txt' }]);
    expect(downloads(app)).toEqual([['download', idOf('a'), 'Bob', { file: undefined, ifExists: 'refuse' }]]);
    expect(stdout.text).toBe('/downloads/downloaded_Bob_test.txt\n');
    expect(stderr.lines).toEqual([
      "Downloading resource 'test.txt' from Bob (192.168.1.200:55211)",
      "Resource 'test.txt' downloaded and saved as 'downloaded_Bob_test.txt'",
      '12 B in 2.0 s, 6 B/s, verified, in /downloads',
    ]);
    expect(app.disposed).toBe(1);
  });

  it('asks nobody where several owners have identical content', async () => {
    const { status, app } = stage(['get', 'test.txt'], { app: withChoices(choice('a', 12, bob, sally)) });
    expect(await status).toBe(0);
    expect(downloads(app)).toEqual([['download', idOf('a'), 'Bob', expect.anything()]]);
  });

  it('begins with the owner that --from names, in any case', async () => {
    for (const from of ['Sally', 'sally']) {
      const { status, app } = stage(['get', 'test.txt', '--from', from], {
        app: withChoices(choice('a', 12, bob, sally)),
      });
      expect(await status).toBe(0);
      expect(downloads(app)).toEqual([['download', idOf('a'), 'Sally', expect.anything()]]);
    }
  });

  it('ends with 4 and the choices where one name is several contents and nobody can be asked', async () => {
    const { status, stdout, stderr, app } = stage(['get', 'test.txt', '--json'], { app: different() });
    expect(await status).toBe(4);
    expect(downloads(app)).toEqual([]);
    expect(stderr.lines).toEqual([
      "rollcall: 'test.txt' is 2 different things: say which with --from OWNER or --id CONTENT",
      '  aaaaaaaa  12 B  2030-01-01 12:00  Bob',
      '  bbbbbbbb  3.46 kB  2030-01-01 12:00  Sally',
    ]);
    const record = (digit: string, size: number, user: string, address: string, port: number): object => ({
      id: idOf(digit),
      size,
      kind: 'file',
      description: '',
      modified: noon,
      owners: [{ user, address, port }],
    });
    expect(stdout.records).toEqual([
      {
        event: 'error',
        code: 'ambiguous',
        message: "'test.txt' is 2 different things: say which with --from OWNER or --id CONTENT",
        exit: 4,
        choices: [record('a', 12, 'Bob', '192.168.1.200', 55211), record('b', 3456, 'Sally', '192.168.1.109', 62102)],
      },
    ]);
  });

  it.each([
    [['--from', 'Sally'], 'b', 'Sally'],
    [['--id', idOf('a')], 'a', 'Bob'],
    [['--id', 'AAAAAAAA'], 'a', 'Bob'],
    [['--id', 'bbbbbbbb', '--from', 'Sally'], 'b', 'Sally'],
  ])('settles on one content with %j', async (flags, digit, first) => {
    const { status, app } = stage(['get', 'test.txt', ...flags], { app: different() });
    expect(await status).toBe(0);
    expect(downloads(app)).toEqual([['download', idOf(digit), first, expect.anything()]]);
  });

  it('names the content alone where the owner has several under the name', async () => {
    const app = withChoices(choice('a', 12, bob), choice('b', 3456, bob, sally));
    const { status, stderr } = stage(['get', 'test.txt', '--from', 'Bob'], { app });
    expect(await status).toBe(4);
    expect(stderr.lines[0]).toBe("rollcall: 'test.txt' is 2 different things at Bob: say which with --id CONTENT");
  });

  it.each([
    [['--from', 'Carol'], "Carol does not share 'test.txt'; Bob, Sally have it"],
    [
      ['--id', 'cccccccc'],
      "nobody shares 'test.txt' with the content cccccccc…; Bob, Sally have other content of that name",
    ],
    [['--id', 'aaaaaaaa', '--from', 'Sally'], "Sally does not share 'test.txt' with the content aaaaaaaa…"],
  ])('ends with 3 and says who has it where %j fits nothing', async (flags, message) => {
    const { status, stderr } = stage(['get', 'test.txt', ...flags], { app: different() });
    expect(await status).toBe(3);
    expect(stderr.text).toContain(message);
  });

  it('finds by a whole content id without a name', async () => {
    const { status, app } = stage(['get', '--id', idOf('a')], { app: withChoices(choice('a', 12, bob)) });
    expect(await status).toBe(0);
    expect(app.calls[1]).toEqual(['located', { id: idOf('a') }]);
  });

  it('ends with 3 where nobody has the name', async () => {
    expect(await stage(['get', 'none.txt']).status).toBe(3);
  });

  it.each([
    [['-o', 'here.txt'], { file: resolve('/work/here.txt'), ifExists: 'refuse' }],
    [['--rename'], { file: undefined, ifExists: 'rename' }],
    [['--overwrite', '-o', '/x/y'], { file: resolve('/x/y'), ifExists: 'overwrite' }],
  ])('saves as %j says', async (flags, how) => {
    const { status, app } = stage(['get', 'test.txt', ...flags], { app: withChoices(choice('a', 12, bob)) });
    expect(await status).toBe(0);
    expect(downloads(app)).toEqual([['download', idOf('a'), 'Bob', how]]);
  });

  it('names the owners where there were several, and counts the rest of them and who only had parts of it', async () => {
    const app = withChoices(choice('a', 12, bob));
    const { downloadWith } = app;
    for (const [from, text] of [
      [['Bob'], 'verified, in'],
      [['10.0.0.1:5000'], 'verified, in'],
      [['Bob', 'Sally'], 'verified, from Bob and Sally, in'],
      [['10.0.0.1:5000', 'Bob'], 'verified, from Bob and 1 other downloader, in'],
      [['10.0.0.1:5000', 'Bob', '[::1]:5000', 'Sally'], 'verified, from Bob, Sally and 2 other downloaders, in'],
      [['10.0.0.1:5000', '[::1]:5000'], 'verified, from 2 other downloaders, in'],
      [['A', 'B', 'C', 'D', 'E', 'F'], 'verified, from A, B, C, D and 2 more, in'],
      [['A', 'B', 'C', 'D', 'E', '[::1]:1'], 'verified, from A, B, C, D, 1 more and 1 other downloader, in'],
    ] as const) {
      app.downloadWith = async (...args) => ({ ...(await downloadWith(...args)), from: [...from] });
      const { status, stderr } = stage(['get', 'test.txt'], { app });
      expect(await status).toBe(0);
      expect(stderr.text).toContain(text);
    }
  });

  it.each([
    [12, 0.0123, '12 B in under 0.1 s, verified'],
    [12e6, 0.04999, '12 MB in under 0.1 s, verified'],
    [12e6, 0.05, '12 MB in 0.1 s, 240 MB/s, verified'],
    [999_999, 0.9, '1 MB in 0.9 s, verified'],
    [999_999, 1, '1 MB in 1.0 s, 1 MB/s, verified'],
    [0, 2, '0 B in 2.0 s, verified'],
  ])('tells a rate of %d bytes in %d seconds only where it says something', async (bytes, seconds, text) => {
    const app = withChoices(choice('a', bytes, bob));
    const { downloadWith } = app;
    app.downloadWith = async (...args) => ({ ...(await downloadWith(...args)), seconds });
    const { status, stderr } = stage(['get', 'test.txt'], { app });
    expect(await status).toBe(0);
    expect(stderr.lines.at(-1)).toBe(`${text}, in /downloads`);
  });

  it.each([
    [
      ['10.0.0.1:5000', 'Bob', '[::1]:5000', 'Sally'],
      ['Bob', 'Sally'],
    ],
    [['10.0.0.1:5000'], ['Bob']],
    [[], ['Bob']],
  ])('says as JSON that bytes of %j are from the users %j, and from one at least', async (from, users) => {
    const app = withChoices(choice('a', 12, bob));
    const { downloadWith } = app;
    app.downloadWith = async (...args) => ({ ...(await downloadWith(...args)), from });
    const { status, stdout } = stage(['get', 'test.txt', '--json'], { app });
    expect(await status).toBe(0);
    expect(stdout.records).toEqual([expect.objectContaining({ event: 'saved', from: users })]);
  });

  it('gives seconds to the millisecond as JSON', async () => {
    const app = withChoices(choice('a', 12, bob));
    const { downloadWith } = app;
    app.downloadWith = async (...args) => ({ ...(await downloadWith(...args)), seconds: 0.6429899739999999 });
    const { status, stdout } = stage(['get', 'test.txt', '--json'], { app });
    expect(await status).toBe(0);
    expect(stdout.records).toEqual([expect.objectContaining({ seconds: 0.643 })]);
  });

  it('leaves the path to the message at a terminal, and prints it with --quiet', async () => {
    const shown = new FakeOutput(true);
    expect(await stage(['get', 'test.txt'], { app: withChoices(choice('a', 12, bob)), stdout: shown }).status).toBe(0);
    expect(shown.text).toBe('');
    const quiet = stage(['get', 'test.txt', '--quiet'], { app: withChoices(choice('a', 12, bob)) });
    expect(await quiet.status).toBe(0);
    expect(quiet.stderr.text).toBe('');
    expect(quiet.stdout.text).toBe('/downloads/downloaded_Bob_test.txt\n');
  });

  it('tells progress as JSON at most five times a second, and ends with what was saved', async () => {
    const app = withChoices(choice('a', 1000, bob));
    const { downloadWith } = app;
    const { status, stdout, clock } = stage(['get', 'test.txt', '--json'], { app });
    app.downloadWith = async (chosen, first, options) => {
      for (let bytes = 50; bytes <= 1000; bytes += 50) {
        options.onProgress?.({ bytes, size: 1000, resumedBytes: 0 });
        await clock.wind(50);
      }
      return downloadWith(chosen, first, options);
    };
    expect(await status).toBe(0);
    const records = stdout.records;
    expect(records.slice(0, -1)).toEqual(
      [50, 250, 450, 650, 850].map((bytes) => ({ event: 'progress', bytes, size: 1000 })),
    );
    expect(stdout.lines.at(-1)).toBe(
      `{"event":"saved","path":"/downloads/downloaded_Bob_test.txt","bytes":1000,"id":"${idOf('a')}","from":["Bob"],"seconds":2}`,
    );
  });

  it.each([
    ['unreachable', 6],
    ['unfinished', 7],
    ['bad-content', 8],
    ['no-space', 9],
  ] as const)('ends a download that is %s with %i', async (code, exit) => {
    const app = withChoices(choice('a', 12, bob));
    app.downloadWith = async () => {
      throw new RollcallError(code, 'why');
    };
    const { status, stdout } = stage(['get', 'test.txt', '--json'], { app });
    expect(await status).toBe(exit);
    expect(stdout.records).toEqual([{ event: 'error', code, message: 'why', exit }]);
    expect(app.disposed).toBe(1);
  });

  it.each([
    [
      'file',
      [],
      "'/work/downloaded_Bob_test.txt' is there already and was left as it is: add --rename to save beside it, " +
        '--overwrite to replace it, or -o FILE to name another place',
    ],
    [
      'folder',
      ['-o', '/x/y'],
      "'/x/y' is there already and was left as it is: add --rename to save beside it, " +
        '--overwrite to replace it and all that is in it, or -o FILE to name another place',
    ],
    ['file', ['--overwrite'], 'it is there, with -o FILE or --rename'],
  ] as const)(
    'ends with 10 and names the flags where the name of a %s is taken with %j',
    async (kind, flags, message) => {
      const app = withChoices({ ...choice('a', 12, bob), kind });
      app.downloadWith = async () => {
        throw new RollcallError('exists', 'it is there');
      };
      const { status, stdout } = stage(['get', 'test.txt', '--json', ...flags], { app });
      expect(await status).toBe(10);
      expect(stdout.records).toEqual([{ event: 'error', code: 'exists', message, exit: 10 }]);
    },
  );

  it.each(['', '.', '..', '/', '/work/', 'x/..'])(
    'never puts a download in the place of the folder it is in: -o "%s"',
    async (output) => {
      const app = withChoices(choice('a', 12, bob));
      const { status, stderr } = stage(['get', 'test.txt', '--overwrite', '-o', output], { app });
      expect(await status).toBe(2);
      expect(stderr.text).toContain('the folder that you are in');
      expect(app.calls).toEqual([]);
    },
  );

  it.each(['..b', '../b', 'work', '/workshop'])('saves to -o "%s"', async (output) => {
    const { status, app } = stage(['get', 'test.txt', '-o', output], { app: withChoices(choice('a', 12, bob)) });
    expect(await status).toBe(0);
    const file = resolve('/work', output);
    expect(downloads(app)).toEqual([['download', idOf('a'), 'Bob', { file, ifExists: 'refuse' }]]);
  });

  it('names the flag that is wrong', async () => {
    const { status, stderr } = stage(['get', '--id', 'aaaaaaaa']);
    expect(await status).toBe(2);
    expect(stderr.text).toContain('--id: ');
  });

  it('ends with 130 when it is interrupted in the middle', async () => {
    const app = withChoices(choice('a', 12, bob));
    const run = stage(['get', 'test.txt'], { app });
    app.downloadWith = (_choice, _first, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        run.ending.interrupt();
      });
    expect(await run.status).toBe(130);
    expect(app.disposed).toBe(1);
  });
});

describe('get and others', () => {
  const fetched = (): FakeApp => withChoices(choice('a', 12, bob));

  it.each([
    [[], { peerPort: 0, forMs: 0 }],
    [['--seed-for', '0s'], { peerPort: 0, forMs: 0 }],
    [['--seed-for', '10m', '--peer-port', '5000'], { peerPort: 5000, forMs: 600_000 }],
    [['--seed-for', 'none'], undefined],
  ])('with %j serves them as %j', async (flags, seeding) => {
    const { status, app } = stage(['get', 'test.txt', ...flags], { app: fetched() });
    expect(await status).toBe(0);
    expect(app.opened?.seeding).toEqual(seeding);
  });

  it('hands its limits down', async () => {
    const flags = ['--limit-up', '500k', '--limit-down', '5M', '--upload-slots', '2', '--max-owners', '3'];
    const { status, app } = stage(['get', 'test.txt', ...flags], { app: fetched() });
    expect(await status).toBe(0);
    expect(app.opened?.traffic).toEqual({ limitUp: 512_000, limitDown: 5_242_880, uploadSlots: 2, maxOwners: 3 });
  });

  it('tells what was saved before it goes on serving, and why it goes on after a second', async () => {
    const app = fetched();
    let end = (): void => {};
    app.seedWith = () =>
      new Promise((resolve) => {
        end = resolve;
      });
    const stderr = new FakeOutput(true, 100);
    const run = stage(['get', 'test.txt'], { app, stderr });
    await shows(stderr, 'verified');
    await run.clock.wind(999);
    expect(stderr.plain).not.toContain('Handing it on');
    await run.clock.wind(1);
    expect(stderr.plain).toContain('Handing it on to others; Ctrl-C ends it.\n');
    expect(app.disposed).toBe(0);
    end();
    expect(await run.status).toBe(0);
    expect(app.disposed).toBe(1);
    expect(run.clock.waiting).toBe(0);
  });

  it('ends with 0 when it is interrupted while it serves, since the file is saved', async () => {
    const app = fetched();
    app.seedWith = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const run = stage(['get', 'test.txt', '--json'], { app });
    await shows(run.stdout, '"saved"');
    run.ending.interrupt();
    expect(await run.status).toBe(0);
    expect(run.stdout.records.map(({ event }) => event)).toEqual(['saved']);
    expect(app.disposed).toBe(1);
  });

  it('serves nobody after a download that failed', async () => {
    const app = fetched();
    let seeded = 0;
    app.seedWith = async () => void seeded++;
    app.downloadWith = async () => {
      throw new RollcallError('unfinished', 'why');
    };
    expect(await stage(['get', 'test.txt'], { app }).status).toBe(7);
    expect(seeded).toBe(0);
  });

  it.each([
    [
      [],
      'stderr',
      'Waiting for a turn at Bob: place 3 in the line.\nWaiting for a turn at Bob: place 2 in the line.\n',
    ],
    [
      ['--json'],
      'stdout',
      '{"event":"waiting","owner":"Bob","place":3}\n{"event":"waiting","owner":"Bob","place":2}\n',
    ],
  ] as const)('tells each place in the line once with %j', async (flags, where, text) => {
    const app = fetched();
    const { downloadWith } = app;
    app.downloadWith = async (...args) => {
      for (const place of [3, 3, 2, 2]) args[2].onWaiting?.('Bob', place);
      return downloadWith(...args);
    };
    const run = stage(['get', 'test.txt', ...flags], { app });
    expect(await run.status).toBe(0);
    expect(run[where].text).toContain(text);
  });
});

it.each([
  [[], 'stderr', 'Waiting for a turn at another downloader: place 2 in the line.\n'],
  [['--json'], 'stdout', '{"event":"waiting","place":2}\n'],
] as const)(
  'get shows no address of somebody without a name in whose line it is, with %j',
  async (flags, where, text) => {
    const app = withChoices(choice('a', 12, bob));
    const { downloadWith } = app;
    app.downloadWith = async (...args) => {
      args[2].onWaiting?.('10.0.0.1:5000', 2);
      return downloadWith(...args);
    };
    const run = stage(['get', 'test.txt', ...flags], { app });
    expect(await run.status).toBe(0);
    expect(run[where].text).toContain(text);
    expect(run.stdout.text + run.stderr.text).not.toContain('10.0.0.1');
  },
);

describe('get at a terminal', () => {
  it('asks which of several contents is wanted, on stderr', async () => {
    const stdin = new FakeInput(true);
    const stderr = new FakeOutput(true, 100);
    const { status, stdout, app } = stage(['get', 'test.txt'], { app: different(), stdin, stderr });
    await shows(stderr, 'Which one?');
    expect(stderr.plain).toContain("'test.txt' is 2 different things. Which one?");
    expect(stderr.plain).toContain('aaaaaaaa  12 B  2030-01-01 12:00  Bob');
    stdin.write('\u001b[B');
    stdin.write('\r');
    expect(await status).toBe(0);
    expect(downloads(app)).toEqual([['download', idOf('b'), 'Sally', expect.anything()]]);
    expect(stdout.text).toBe('/downloads/downloaded_Sally_test.txt\n');
  });

  it('ends with 130 when Ctrl-C answers', async () => {
    const stdin = new FakeInput(true);
    const stderr = new FakeOutput(true);
    const { status, app } = stage(['get', 'test.txt'], { app: different(), stdin, stderr });
    await shows(stderr, 'Which one?');
    stdin.write('\u0003');
    expect(await status).toBe(130);
    expect(downloads(app)).toEqual([]);
  });

  it('asks nobody with --json', async () => {
    const stdin = new FakeInput(true);
    const { status } = stage(['get', 'test.txt', '--json'], { app: different(), stdin, stderr: new FakeOutput(true) });
    expect(await status).toBe(4);
  });
});

describe('get of what nobody can verify', () => {
  const carol = unverified('Carol', '192.168.1.31', 40001);
  const dave = unverified('Dave', '192.168.1.32', 40002);
  const withUnverified = (found = [carol], choices: ReturnType<typeof choice>[] = []): FakeApp =>
    Object.assign(new FakeApp(), { unverified: found, found: choices });
  const fetched = (app: FakeApp): unknown[] =>
    app.calls.filter((call) => Array.isArray(call) && /^download/.test(String(call[0])));

  it('downloads it, and says what that is worth', async () => {
    const { status, stdout, stderr, app } = stage(['get', 'test.txt'], { app: withUnverified() });
    expect(await status).toBe(0);
    expect(fetched(app)).toEqual([['downloadUnverified', 'Carol', { file: undefined, ifExists: 'refuse' }]]);
    expect(stdout.text).toBe('/downloads/downloaded_Carol_test.txt\n');
    expect(stderr.lines).toEqual([
      "Downloading resource 'test.txt' from Carol (192.168.1.31:40001)",
      "Resource 'test.txt' downloaded and saved as 'downloaded_Carol_test.txt'",
      '12 B in 2.0 s, 6 B/s, unverified, in /downloads',
      'Unverified: the program of Carol says nothing that a file could be checked by, not even how long it is: an early end cannot be noticed.',
    ]);
  });

  it('says less where the length was told', async () => {
    const app = withUnverified();
    const { downloadUnverifiedWith } = app;
    app.downloadUnverifiedWith = async (...args) => ({ ...(await downloadUnverifiedWith(...args)), lengthTold: true });
    const { status, stderr } = stage(['get', 'test.txt'], { app });
    expect(await status).toBe(0);
    expect(stderr.lines.at(-1)).toBe(
      'Unverified: the program of Carol says nothing that a file could be checked by, only how long it is.',
    );
  });

  it('tells it as JSON, with what is known of the progress', async () => {
    const app = withUnverified();
    const { downloadUnverifiedWith } = app;
    app.downloadUnverifiedWith = (chosen, options) => {
      options.onProgress?.({ bytes: 5, size: null });
      return downloadUnverifiedWith(chosen, options);
    };
    const { status, stdout } = stage(['get', 'test.txt', '--json'], { app });
    expect(await status).toBe(0);
    expect(stdout.records).toEqual([
      { event: 'progress', bytes: 5, size: null },
      {
        event: 'saved',
        path: '/downloads/downloaded_Carol_test.txt',
        bytes: 12,
        id: null,
        verified: false,
        from: ['Carol'],
        seconds: 2,
      },
    ]);
  });

  it('is ambiguous beside a content of the same name, and beside another of its kind', async () => {
    for (const [found, lines] of [
      [[choice('a', 12, bob)], ['  aaaaaaaa  12 B  2030-01-01 12:00  Bob', '  unverified  ?  2030-01-01 12:00  Carol']],
      [[], ['  unverified  ?  2030-01-01 12:00  Carol', '  unverified  ?  2030-01-01 12:00  Dave']],
    ] as const) {
      const app = withUnverified(found.length === 0 ? [carol, dave] : [carol], [...found]);
      const { status, stdout, stderr } = stage(['get', 'test.txt', '--json'], { app });
      expect(await status).toBe(4);
      expect(fetched(app)).toEqual([]);
      const ways = found.length === 0 ? '--from OWNER' : '--from OWNER or --id CONTENT';
      expect(stderr.lines).toEqual([
        `rollcall: 'test.txt' may be 2 different things: say which with ${ways}`,
        ...lines,
      ]);
      expect(stdout.records[0]).toMatchObject({
        code: 'ambiguous',
        choices: expect.arrayContaining([
          {
            id: null,
            size: null,
            kind: 'file',
            description: '',
            modified: noon,
            owners: [{ user: 'Carol', address: '192.168.1.31', port: 40001 }],
          },
        ]),
      });
    }
  });

  it.each([
    [
      ['--from', 'carol'],
      ['downloadUnverified', 'Carol', expect.anything()],
    ],
    [
      ['--from', 'Bob'],
      ['download', idOf('a'), 'Bob', expect.anything()],
    ],
    [
      ['--id', 'aaaaaaaa'],
      ['download', idOf('a'), 'Bob', expect.anything()],
    ],
  ])('is settled by %j', async (flags, call) => {
    const app = withUnverified([carol, dave], [choice('a', 12, bob)]);
    expect(await stage(['get', 'test.txt', ...flags], { app }).status).toBe(0);
    expect(fetched(app)).toEqual([call]);
  });

  it('is chosen by a person as other things are', async () => {
    const [stdin, stderr] = [new FakeInput(true), new FakeOutput(true, 120)];
    const app = withUnverified([carol], [choice('a', 12, bob)]);
    const { status } = stage(['get', 'test.txt'], { app, stdin, stderr });
    await shows(stderr, 'unverified  ?');
    stdin.write('\u001b[B\r');
    expect(await status).toBe(0);
    expect(fetched(app)).toEqual([['downloadUnverified', 'Carol', expect.anything()]]);
  });

  it('ends as the download ends, and says which flags help where the file is there', async () => {
    const app = withUnverified();
    app.downloadUnverifiedWith = async () => {
      throw new RollcallError('unfinished', 'cut short');
    };
    expect(await stage(['get', 'test.txt'], { app }).status).toBe(7);
    app.downloadUnverifiedWith = async () => {
      throw new RollcallError('exists', 'there');
    };
    const { status, stderr } = stage(['get', 'test.txt'], { app });
    expect(await status).toBe(10);
    expect(stderr.text).toContain('add --rename to save beside it');
  });
});
