import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Face } from '../../../src/server/console/face.ts';
import { openPrompt } from '../../../src/server/console/prompt.ts';
import { createScreen, type Screen } from '../../../src/server/console/screen.ts';
import { settle } from '../../support/fakeClock.ts';
import { Paper } from '../../support/paper.ts';

const columns = 20;

let paper: Paper;
let input: PassThrough;
let screen: Screen;
let face: Face;
let interrupts: number;
const lines: string[] = [];
let over: boolean;

beforeEach(() => {
  paper = new Paper(columns);
  input = new PassThrough();
  interrupts = 0;
  over = false;
  lines.length = 0;
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      paper.write(String(chunk));
      done();
    },
  });
  Object.assign(output, { columns, rows: 24, isTTY: true });
  screen = createScreen(output);
  face = openPrompt({
    input,
    output,
    screen,
    complete: (line) => [['discover '].filter((verb) => verb.startsWith(line)), line],
    interrupt() {
      interrupts += 1;
    },
  });
  void (async () => {
    for await (const line of face.lines) lines.push(line);
    over = true;
  })();
});
afterEach(() => face[Symbol.dispose]());

async function type(text: string): Promise<void> {
  input.write(text);
  await settle();
}

describe('a prompt', () => {
  it('stands below what the log writes, with what was typed', async () => {
    await type('dis');
    screen.lines.write('[12:00:00] joined\n');
    screen.lines.write('[12:00:01] listed\n');
    await type('cover');
    expect(paper.text).toBe('[12:00:00] joined\n[12:00:01] listed\n> discover');
  });

  it('that fills several rows is torn by no line of the log, wherever its cursor is', async () => {
    await type('discover somebody with a very long name');
    screen.lines.write('one\n');
    await type(`${'\u001b[D'.repeat(30)}X`);
    screen.lines.write('two\n');
    await type(`${'\u001b[C'.repeat(30)}Y`);
    screen.lines.write(`${'three'.repeat(6)}\n`);
    const three = `${'three'.repeat(4)}
${'three'.repeat(2)}`;
    expect(paper.text).toBe(`one
two
${three}
> discover Xsomebody
 with a very long na
meY`);
  });

  it('is out of the way while an answer is given, and keeps what is typed meanwhile', async () => {
    await type('list\r');
    face.busy(true);
    await face.write('Registered Clients:\n');
    await type('fi');
    expect(paper.text).toBe('> list\nRegistered Clients:\nfi');
    await face.write('  - alice\n');
    screen.lines.write('a line of the log\n');
    face.busy(false);
    await type('les\r');
    expect(paper.text).toBe('> list\nRegistered Clients:\n  - alice\na line of the log\n> files');
    expect(lines).toEqual(['list', 'files']);
  });

  it('completes with Tab, and remembers lines', async () => {
    await type('di');
    await type('\t');
    await type('bob\r');
    await type('\u001b[A');
    expect(lines).toEqual(['discover bob']);
    expect(paper.text).toBe('> discover bob\n> discover bob');
  });

  it('hands Ctrl-C on, and is over with Ctrl-D on an empty line', async () => {
    await type('ab\u0003');
    expect(interrupts).toBe(1);
    await type('\u0004');
    expect(over).toBe(false);
    await type('\u0015\u0004');
    expect(over).toBe(true);
    screen.lines.write('after\n');
    face.busy(false);
    expect(paper.text).toBe('after');
  });

  it('takes itself away when it is disposed of', async () => {
    screen.lines.write('before\n');
    await type('half a line, longer than a row');
    face[Symbol.dispose]();
    screen.lines.write('after\n');
    expect(paper.text).toBe('before\nafter');
  });
});
