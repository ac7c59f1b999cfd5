import { beforeEach, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { hashContent } from '../../../src/base/merkle.ts';
import { resourceName } from '../../../src/base/names.ts';
import type { Announcement } from '../../../src/base/roll.ts';
import { Announcer } from '../../../src/client/sharing/announcer.ts';
import type { Roll } from '../../../src/client/sharing/sharing.ts';
import { maxBatch } from '../../../src/net/wire/control.ts';
import { settle } from '../../support/fakeClock.ts';

const { id } = hashContent(Buffer.from('x'));
const named = (name: string): Announcement => ({
  name: resourceName(name),
  id,
  size: 1,
  kind: 'file',
  description: '',
  modified: 0,
});

let told: string[];
let answer: () => Promise<void>;
let roll: Roll;

beforeEach(() => {
  told = [];
  answer = async () => {};
  roll = {
    async announce(resources) {
      told.push(`+${resources.map(({ name }) => name).join()}`);
      await answer();
      if (resources.some(({ name }) => name === 'bad')) throw new RollcallError('limit', 'one too many');
    },
    async withdraw(names) {
      told.push(`-${names.join()}`);
      await answer();
    },
    partial: async () => {},
  };
});

describe('the announcer', () => {
  it('tells together what came up while the roll was being told', async () => {
    const announcer = new Announcer(roll);
    await Promise.all(['a', 'b', 'c'].map((name) => announcer.announce(named(name))));
    expect(told).toEqual(['+a', '+b,c']);
  });

  it('keeps the order of announcing and withdrawing', async () => {
    const announcer = new Announcer(roll);
    const [a, b] = [resourceName('a'), resourceName('b')];
    await Promise.all([
      announcer.announce(named('a')),
      announcer.withdraw(a),
      announcer.withdraw(b),
      announcer.announce(named('a')),
      announcer.announce(named('b')),
      announcer.withdraw(a),
    ]);
    expect(told).toEqual(['+a', '-a,b', '+a,b', '-a']);
  });

  it('tells no more at once than fits in a message', async () => {
    const announcer = new Announcer(roll);
    await Promise.all(Array.from({ length: 2 * maxBatch + 2 }, (_, index) => announcer.announce(named(`n${index}`))));
    expect(told.map((batch) => batch.split(',').length)).toEqual([1, maxBatch, maxBatch, 1]);
  });

  it('does not let one that is refused take the others with it', async () => {
    const announcer = new Announcer(roll);
    const ends = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((name) => announcer.announce(named(name))));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(told).toEqual(['+a', '+b,bad,c', '+b', '+bad', '+c']);
  });

  it('resolves only once the roll was told', async () => {
    let release = (): void => {};
    answer = () => new Promise((resolve) => (release = resolve));
    let done = false;
    const announcing = new Announcer(roll).announce(named('a')).then(() => {
      done = true;
    });
    await settle();
    expect(done).toBe(false);
    release();
    await announcing;
    expect(done).toBe(true);
  });
});
