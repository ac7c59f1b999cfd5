import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Started, start, startTracker, temporaryFolder } from './program.ts';

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);
let tracker: Started & { address: string };
const shells: Started[] = [];

/** A shell with a key of its own, that saves in the test's folder. */
function shell(key: string, user?: string): Started {
  const names = user === undefined ? [] : [user];
  const settings = ['--home', at(`home-${key}`), '--downloads', folder.path, '--peer-port', '0'];
  const started = start(['shell', tracker.address, ...names, ...settings]);
  shells.push(started);
  return started;
}

/** Types lines, and gives what is printed for them: as many lines as that. */
async function results(typing: Started, lines: readonly string[], count: number): Promise<string[]> {
  const before = typing.stdout().length;
  typing.type(lines.map((line) => `${line}\n`).join(''));
  await typing.says(new RegExp(`^.{${before}}(?:[^\\n]*\\n){${count}}`, 's'));
  return typing.stdout().slice(before).trimEnd().split('\n');
}

const content = Buffer.alloc(300_000, 'what Bob shares ');

beforeAll(async () => {
  tracker = await startTracker(folder.path);
  writeFileSync(at('big.txt'), content);
  writeFileSync(at('two words.txt'), 'spaces\n');
});

afterAll(async () => {
  await Promise.all([...shells, tracker].map((process) => process[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

it('two people publish, list and fetch as they are used to, and leave no trace on the roll', {
  timeout: 60_000,
}, async () => {
  const bob = shell('bob');
  expect(
    await results(
      bob,
      [
        'CONNECT Bob',
        'REGISTER Bob',
        'REGISTER Bob',
        'PUBLISH x y',
        'CONNECT Bob',
        `PUBLISH ${at('big.txt')} a big file`,
        `publish ${at('big.txt')} b.txt`,
      ],
      7,
    ),
  ).toEqual([
    'CONNECT FAIL, USER DOES NOT EXIST',
    'REGISTER OK',
    'USERNAME IN USE',
    'PUBLISH FAIL, USER NOT CONNECTED',
    'CONNECT OK',
    'PUBLISH OK',
    'PUBLISH_SUCCESS',
  ]);
  expect(await results(bob, [`PUBLISH "${at('two words.txt')}" "x"`, `PUBLISH ${at('gone')} x`], 2)).toEqual([
    'PUBLISH OK',
    'PUBLISH FAIL',
  ]);

  const ann = shell('ann', 'Ann');
  await ann.says('CONNECT OK\n');
  expect(await results(ann, ['REGISTER Bob', 'UNREGISTER Bob'], 2)).toEqual(['USERNAME IN USE', 'UNREGISTER FAIL']);
  await expect.poll(() => ann.stderr()).toContain('somebody goes by the name Bob: if it is you, CONNECT Bob');
  expect(await results(ann, ['LIST_USERS'], 3)).toEqual([
    'LIST_USERS OK',
    expect.stringMatching(/^Ann 127\.0\.0\.1 \d+$/),
    expect.stringMatching(/^Bob 127\.0\.0\.1 \d+$/),
  ]);
  expect(await results(ann, ['LIST_CONTENT Bob'], 4)).toEqual(['LIST_CONTENT OK', 'b.txt', 'big.txt', 'two words.txt']);
  expect(
    await results(
      ann,
      [
        `GET_FILE Bob big.txt ${at('copy.txt')}`,
        `GET_FILE Bob "two words.txt" "${at('other words.txt')}"`,
        `GET_FILE Bob big.txt ${at('copy.txt')}`,
        `GET_FILE Bob none.txt ${at('none.txt')}`,
      ],
      4,
    ),
  ).toEqual(['GET_FILE OK', 'GET_FILE OK', 'GET_FILE FAIL', 'GET_FILE FAIL, FILE NOT EXIST']);
  expect(readFileSync(at('copy.txt'))).toEqual(content);
  expect(readFileSync(at('other words.txt'), 'utf8')).toBe('spaces\n');
  expect(existsSync(at('none.txt'))).toBe(false);

  expect(await results(ann, ['REQUEST b.txt'], 2)).toEqual([
    expect.stringMatching(/^FOUND 127\.0\.0\.1 \d+$/),
    "Resource 'b.txt' downloaded and saved as 'downloaded_Bob_b.txt'",
  ]);
  expect(readFileSync(at('downloaded_Bob_b.txt'))).toEqual(content);

  expect(await results(bob, ['DELETE b.txt', 'UNREGISTER Bob', 'CONNECT Bob'], 3)).toEqual([
    'DELETE OK',
    'UNREGISTER OK',
    'CONNECT FAIL, USER DOES NOT EXIST',
  ]);
  expect(await results(ann, ['LIST_CONTENT Bob', 'LIST_FILES', 'DISCONNECT Ann', 'list'], 3)).toEqual([
    'LIST_CONTENT FAIL, REMOTE USER DOES NOT EXIST',
    'DISCONNECT OK',
    'LIST_CLIENTS_OK',
  ]);
  ann.child.stdin?.end();
  bob.type('QUIT\n');
  expect(await Promise.all([ann.ended(), bob.ended()])).toEqual([0, 0]);
});
