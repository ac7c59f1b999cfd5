import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFile } from '../../../src/server/log/logFile.ts';
import { logLevel, logPlace, openLog } from '../../../src/server/log/logging.ts';
import { recordingLog } from '../support/brain.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function screen(): { people: Writable; text: () => string } {
  let text = '';
  const people = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  return { people, text: () => text };
}

const linesOf = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log', () => {
  it('is text for people and JSON lines in the file that was named, whose folder is made', async () => {
    const { people, text } = screen();
    const file = join(folder, 'deep', 'server.log');
    const logging = await openLog({ level: 'info', file: { path: file, named: true }, people, colour: false });
    logging.log.info({ session: 7, user: 'alice', port: 4000, why: 'two words' }, 'joined');
    logging.log.debug({}, 'not told');
    await logging[Symbol.asyncDispose]();
    expect(text()).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: joined user=alice port=4000 why="two words"\n$/);
    expect(linesOf(file)).toMatchObject([{ level: 30, user: 'alice', port: 4000, msg: 'joined' }]);
  });

  it('shows nothing from outside as it came', async () => {
    const { people, text } = screen();
    const file = join(folder, 'server.log');
    const logging = await openLog({ level: 'info', file: { path: file, named: true }, people, colour: false });
    logging.log.info({ agent: 'a\u001b[2Jb\nc', names: ['\u202Eevil'] }, 'joined');
    await logging[Symbol.asyncDispose]();
    expect(text()).toContain('\\u{202e}evil');
    expect(text().trim().split('\n')).toHaveLength(1);
    expect(text()).not.toMatch(/[\u001b\u202E]/);
    expect(linesOf(file)).toMatchObject([{ agent: 'a\\u{1b}[2Jb\\u{a}c', names: ['\\u{202e}evil'] }]);
  });

  it('is in the folder of the tracker where no file is named, and in none where none is wanted', () => {
    expect(logPlace(undefined, folder)).toEqual({ path: join(folder, 'server.log'), named: false });
    expect(logPlace('x.log', folder)).toEqual({ path: 'x.log', named: true });
    expect(logPlace('none', folder)).toBeUndefined();
  });

  it('is refused where the file that was named cannot be written, and goes on without one that nobody named', async () => {
    const { people, text } = screen();
    const open = (named: boolean) => openLog({ level: 'info', file: { path: folder, named }, people, colour: false });
    await expect(open(true)).rejects.toMatchObject({ code: 'usage' });
    await using logging = await open(false);
    logging.log.info({}, 'joined');
    expect(text()).toMatch(/WARN: the log file .* cannot be written .*\n.*INFO: joined\n$/);
  });

  it.skipIf(process.platform === 'win32')('makes a folder that is for this user alone', async () => {
    const { people } = screen();
    const path = join(folder, 'data', 'server.log');
    const logging = await openLog({ level: 'info', file: { path, named: false }, people, colour: false });
    await logging[Symbol.asyncDispose]();
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('tells another log what is written, made safe, and counts it by level', async () => {
    const { people } = screen();
    const { log: also, lines: told } = recordingLog();
    await using logging = await openLog({ level: 'info', people, colour: false, also });
    logging.log.debug({}, 'not told');
    logging.log.info({ agent: 'a\u001b[2J' }, 'joined');
    logging.log.warn({}, 'look');
    expect(told).toEqual([
      { level: 'info', message: 'joined', fields: { agent: 'a\\u{1b}[2J' } },
      { level: 'warn', message: 'look', fields: {} },
    ]);
    expect(logging.lines).toEqual({ debug: 0, info: 1, warn: 1, error: 0 });
  });

  it('has colours only where they are wanted', async () => {
    const { people, text } = screen();
    const logging = await openLog({ level: 'info', people, colour: true });
    logging.log.warn({}, 'look');
    await logging[Symbol.asyncDispose]();
    expect(text()).toContain('\u001b[');
  });

  it('takes known levels only', () => {
    expect(logLevel('debug')).toBe('debug');
    expect(() => logLevel('loud')).toThrow('use debug, info, warn, error, silent');
  });
});

describe('a log file', () => {
  const onError = (error: Error): void => {
    throw error;
  };
  const line = (number: number): string => `{"number":${number}}\n`;

  it('that is full becomes the first of the older ones, and the oldest is lost', async () => {
    const file = join(folder, 'server.log');
    for (let number = 0; number < 9; number++) {
      await using log = await openLogFile(file, { onError, bytes: 2 * line(0).length, files: 3 });
      log.write(line(number));
    }
    const numbers = (name: string): unknown[] => linesOf(join(folder, name)).map(({ number }) => number);
    expect([numbers('server.log'), numbers('server.log.1'), numbers('server.log.2')]).toEqual([[8], [6, 7], [4, 5]]);
    expect(existsSync(join(folder, 'server.log.3'))).toBe(false);
  });

  it('loses no line when many come at once', async () => {
    const file = join(folder, 'server.log');
    {
      await using log = await openLogFile(file, { onError, bytes: 1000, files: 1000 });
      for (let number = 0; number < 2000; number++) log.write(line(number));
    }
    let found = linesOf(file).length;
    for (let number = 1; existsSync(`${file}.${number}`); number++) found += linesOf(`${file}.${number}`).length;
    expect(found).toBe(2000);
  });

  it('that cannot be written is refused with what to do', async () => {
    const opening = openLogFile(folder, { onError });
    await expect(opening).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('--log') });
  });

  it('that cannot be rolled costs lines of the log alone, and the loss is told', async () => {
    const file = join(folder, 'server.log');
    mkdirSync(join(folder, 'server.log.1', 'in the way'), { recursive: true });
    const failed = new Promise<Error>((resolve) => {
      void openLogFile(file, { onError: resolve, bytes: 20, files: 2 }).then((log) => {
        for (let number = 0; number < 5; number++) log.write(line(number));
      });
    });
    expect((await failed).message).toMatch(/server\.log.*nothing more is written/);
    expect(linesOf(file)[0]).toEqual({ number: 0 });
  });
});
