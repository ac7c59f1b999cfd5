import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import type { Operator } from '../../../src/server/brain/operator.ts';
import { type Console, createConsole } from '../../../src/server/console/console.ts';
import { openPipe } from '../../../src/server/console/pipe.ts';
import { settle } from '../../support/fakeClock.ts';
import { recordingLog } from '../support/brain.ts';
import { someRoll } from './roll.ts';

interface Piped {
  input: PassThrough;
  output: PassThrough;
  text(): string;
  quits: number;
  ends: number;
  console: Console;
}

function piped(operator: Operator, log = silentLog): Piped {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  output.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  const quit = (): void => {
    self.quits += 1;
  };
  const ended = (): void => {
    self.ends += 1;
  };
  const console = createConsole({ operator, face: openPipe(input, output), quit, ended, log });
  const self: Piped = { input, output, text: () => text, quits: 0, ends: 0, console };
  return self;
}

describe('a console that is fed by a pipe', () => {
  it('answers line after line, shows no prompt, and lives on at the end of input', async () => {
    const { operator } = await someRoll();
    const piece = piped(operator);
    piece.input.end('discover alice\r\n\nnope\ndiscover h');
    await piece.console.over;
    expect(piece.text()).toBe(
      `Files shared by 'alice':\n  - a.txt\n  - b.txt\nThere is no command "nope": type help for those that there are.\nClient 'h' not found\n`,
    );
    expect([piece.quits, piece.ends]).toEqual([0, 1]);
  });

  it('ends the tracker with quit, and takes nothing after it', async () => {
    const { operator } = await someRoll();
    const piece = piped(operator);
    piece.input.write('quit\nlist\n');
    await piece.console.over;
    expect([piece.text(), piece.quits, piece.ends]).toEqual(['The tracker ends.\n', 1, 0]);
  });

  it('stops an answer when it is told to, and takes the next line', async () => {
    const { operator } = await someRoll();
    const piece = piped(operator);
    expect(piece.console.stop()).toBe(false);
    piece.input.write('ping alice\ndiscover h\n');
    await settle();
    expect(piece.console.stop()).toBe(true);
    await settle();
    expect(piece.text()).toBe("Stopped.\nClient 'h' not found\n");
    expect(piece.console.stop()).toBe(false);
  });

  it('says nothing more once it is disposed of', async () => {
    const { operator } = await someRoll();
    const piece = piped(operator);
    piece.input.write('ping alice\n');
    await settle();
    piece.console[Symbol.dispose]();
    await piece.console.over;
    expect([piece.text(), piece.ends]).toEqual(['', 0]);
  });

  it('tells of a failure, and takes the next line', async () => {
    const { operator } = await someRoll();
    const { log, lines } = recordingLog();
    const broken = { ...operator, files: () => Promise.reject(new Error('the store \u001b[2J is gone')) };
    const piece = piped(broken, log);
    piece.input.end('files\ndiscover h\n');
    await piece.console.over;
    expect(piece.text()).toBe("Available Files:\nthe store \\u{1b}[2J is gone\nClient 'h' not found\n");
    expect(lines).toMatchObject([{ level: 'error', message: "an operator's command failed" }]);
  });

  it('serves on when its reader is gone, or its input breaks', async () => {
    const { operator } = await someRoll();
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const input = new PassThrough();
    const face = openPipe(input, output);
    const { log, lines } = recordingLog();
    const nothing = (): void => {};
    using console = createConsole({ operator, face, quit: nothing, ended: nothing, log });
    input.write('help\nlist\nfiles\n');
    await settle();
    input.destroy(new Error('EIO'));
    await console.over;
    expect(lines).toMatchObject([{ level: 'warn', fields: { why: 'EIO' } }]);
  });
});
