import { describe, expect, it } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import type { Operator } from '../../../src/server/brain/operator.ts';
import { answer } from '../../../src/server/console/answers.ts';
import { pageRows, pingMs } from '../../../src/server/console/limits.ts';
import { type Request, readRequest } from '../../../src/server/console/requests.ts';
import { settle } from '../../support/fakeClock.ts';
import { Brain, resource } from '../support/brain.ts';
import { someRoll } from './roll.ts';

const request = (line: string): Request => {
  const read = readRequest(line);
  if (read === undefined) throw new Error('it asks for nothing');
  return read;
};

async function said(line: string, operator: Operator): Promise<string[]> {
  const lines: string[] = [];
  for await (const some of answer(request(line), operator, new AbortController().signal)) lines.push(...some);
  return lines;
}

describe('discover', () => {
  it('shows what a user shares with everybody, once', async () => {
    const { operator } = await someRoll();
    expect(await said('discover ALICE', operator)).toEqual(["Files shared by 'alice':", '  - a.txt', '  - b.txt']);
    expect(await said('discover ann lee', operator)).toEqual(["Files shared by 'Ann Lee':", '  - b.txt']);
  });

  it('says that there are none, and that nobody goes by a name', async () => {
    const { operator } = await someRoll();
    expect(await said('discover bob', operator)).toEqual(["Files shared by 'bob':", '  (no files)']);
    expect(await said('discover h', operator)).toEqual(["Client 'h' not found"]);
    expect(await said('ping \u001b[2J', operator)).toEqual(["Client '\\u{1b}[2J' not found"]);
  });
});

describe('list', () => {
  it('shows who is here and in which state, and who cannot be reached', async () => {
    const { brain, operator } = await someRoll();
    const [first] = brain.keys.keys();
    if (first === undefined) throw new Error('nobody is here');
    await brain.perform({ effect: 'suspect', session: first, why: 'silence' });
    expect(await said('list', operator)).toEqual([
      'Registered Clients:',
      '  - Ann Lee ([fe80::1]:5000) - ACTIVE',
      '  - alice (10.0.0.1:4001) - ACTIVE',
      '  - alice (10.0.0.1:4000) - SUSPECT',
      '  - bob (10.0.0.2:6000) - UNREACHABLE',
    ]);
  });

  it('says that nobody is here', async () => {
    expect(await said('list', new Brain().tracker.operator)).toEqual(['Registered Clients:', 'none']);
  });
});

describe('files', () => {
  it('shows each name with those who have it, and nothing that is shared with named users', async () => {
    const { operator } = await someRoll();
    expect(await said('files', operator)).toEqual([
      'Available Files:',
      '  - a.txt (available on: alice)',
      '  - b.txt (available on: Ann Lee, alice)',
    ]);
  });

  it('says that there are none', async () => {
    expect(await said('files', new Brain().tracker.operator)).toEqual(['Available Files:', 'none']);
  });

  it('shows a long list whole, a page at a time, with the owners of a name together over the edge of a page', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(userName('alice'), 'a');
    const other = await brain.join(userName('bob'), 'b');
    const count = 3 * pageRows;
    await brain.announce(caller, ...Array.from({ length: count }, (_, at) => resource(`${1000 + at}.txt`)));
    await brain.announce(other.caller, resource(`${1000 + pageRows - 1}.txt`));
    const pages: string[][] = [];
    for await (const page of answer(request('files'), brain.tracker.operator, new AbortController().signal))
      pages.push(page);
    expect(pages.flat()).toHaveLength(count + 1);
    expect(pages.flat()[pageRows]).toBe(`  - ${1000 + pageRows - 1}.txt (available on: alice, bob)`);
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(pageRows);
  });

  it('is over at the next page once it is stopped', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(userName('alice'), 'a');
    await brain.announce(caller, ...Array.from({ length: 2 * pageRows }, (_, at) => resource(`${at}.txt`)));
    const stopped = new AbortController();
    const reading = async (): Promise<void> => {
      for await (const lines of answer(request('files'), brain.tracker.operator, stopped.signal)) {
        if (lines.length > 1) stopped.abort();
      }
    };
    await expect(reading()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('ping', () => {
  it('shows the way there and back on each channel of each session', async () => {
    const { brain, operator } = await someRoll();
    const answered = said('ping ann lee', operator);
    await settle();
    for (const told of brain.beats.values()) told('beat');
    await brain.clock.wind(pingMs);
    expect(await answered).toEqual([
      "Client 'Ann Lee' at [fe80::1]:5000 is ACTIVE",
      `  control: no answer within ${pingMs / 1000} s`,
      '  heartbeat: 0.0 ms',
    ]);
  });

  it('says that nobody answers', async () => {
    const { brain, operator } = await someRoll();
    const answered = said('ping bob', operator);
    await settle();
    for (const told of brain.beats.values()) told('no address');
    await brain.clock.wind(pingMs);
    expect(await answered).toEqual([
      "Client 'bob' at 10.0.0.2:6000 does not answer",
      '  control: no answer within 2 s',
      '  heartbeat: not open',
    ]);
  });
});

describe('kick, help and quit', () => {
  it('say what they do', async () => {
    const { operator } = await someRoll();
    expect(await said('kick alice', operator)).toEqual(["Client 'alice' kicked: 2 sessions ended"]);
    expect(await said('kick alice', operator)).toEqual(["Client 'alice' not found"]);
    expect(await said('quit', operator)).toEqual(['The tracker ends.']);
    expect((await said('help', operator)).map((line) => line.trim().split(/\s+/)[0])).toEqual([
      'discover',
      'ping',
      'list',
      'files',
      'kick',
      'help',
      'quit',
    ]);
  });
});
