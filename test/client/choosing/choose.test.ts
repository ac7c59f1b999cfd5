import { describe, expect, test } from 'vitest';
import { contentId, fingerprint } from '../../../src/base/ids.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Choice, Owner, UnverifiedChoice } from '../../../src/base/roll.ts';
import { AmbiguousError } from '../../../src/client/choosing/ambiguous.ts';
import { choose, isUnverified } from '../../../src/client/choosing/choose.ts';

const owner = (user: string, modified = 5): Owner => ({
  user: userName(user),
  address: '10.0.0.2',
  port: 4000,
  fingerprint: fingerprint('ab'.repeat(32)),
  state: 'alive',
  name: resourceName('a.txt'),
  modified,
  ticket: 'secret',
});
const choice = (digit: string, ...owners: Owner[]): Choice => ({
  id: contentId(digit.repeat(64)),
  size: 10,
  kind: 'file',
  description: 'mine',
  owners,
  partial: [],
});
const unverified = (user: string): UnverifiedChoice => {
  const { fingerprint: _f, ticket: _t, ...rest } = owner(user);
  const at = { ...rest, dialect: 'hello' as const, spelling: 'a.txt' };
  return { id: null, size: null, kind: 'file', description: '', owners: [at] };
};
const found = (choices: Choice[], loose: UnverifiedChoice[] = []) => ({ choices, unverified: loose });

describe('choosing', () => {
  test('takes the only content from its first owner, or from whom was named, in any case', async () => {
    const one = found([choice('1', owner('Bob'), owner('Sally'))]);
    expect((await choose(one, { what: 'a.txt' })).first.user).toBe('Bob');
    expect((await choose(one, { what: 'a.txt', from: userName('sally') })).first.user).toBe('Sally');
  });

  test('takes the one of several that fits the owner, or the first digits of the id', async () => {
    const two = found([choice('1', owner('Bob')), choice('2', owner('Sally'))], [unverified('Tom')]);
    expect((await choose(two, { what: 'a.txt', from: userName('Sally') })).choice.id).toBe('2'.repeat(64));
    expect((await choose(two, { what: 'a.txt', id: '1111' })).choice.id).toBe('1'.repeat(64));
    const tom = await choose(two, { what: 'a.txt', from: userName('Tom') });
    expect([isUnverified(tom), tom.first.user]).toEqual([true, 'Tom']);
  });

  test('of several that fit is ambiguous, and names them without their tickets', async () => {
    const two = found([choice('1', owner('Bob', 5), owner('Ann', 9))], [unverified('Tom')]);
    const error = await choose(two, { what: 'a.txt' }).catch((caught: unknown) => caught);
    if (!(error instanceof AmbiguousError)) throw new Error('it was chosen');
    expect(error.code).toBe('ambiguous');
    expect(error.message).toBe("'a.txt' may be 2 different things: say which with its owner's name or its content id");
    const at = { address: '10.0.0.2', port: 4000 };
    expect([error.choices, error.more]).toEqual([
      [
        {
          ...{ id: '1'.repeat(64), size: 10, kind: 'file', description: 'mine', modified: 9 },
          owners: [
            { user: 'Bob', ...at },
            { user: 'Ann', ...at },
          ],
        },
        { id: null, size: null, kind: 'file', description: '', modified: 5, owners: [{ user: 'Tom', ...at }] },
      ],
      0,
    ]);
  });

  test('names the first 20 of many, and counts the others', async () => {
    const many = found(
      [],
      Array.from({ length: 33 }, (_, number) => unverified(`Tom${number}`)),
    );
    const error = await choose(many, { what: 'a.txt' }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ more: 13, message: expect.stringMatching(/with its owner's name$/) });
    expect(error instanceof AmbiguousError && error.choices.length).toBe(20);
  });

  test('asks where somebody can be asked, and takes the answer', async () => {
    const two = found([choice('1', owner('Bob')), choice('2', owner('Sally'))]);
    const asked: unknown[] = [];
    const chosen = await choose(two, { what: 'a.txt' }, async (question, choices) => {
      asked.push(
        question,
        choices.map(({ id }) => id?.[0]),
      );
      return 1;
    });
    expect(chosen.first.user).toBe('Sally');
    expect(asked).toEqual(["'a.txt' is 2 different things. Which one?", ['1', '2']]);
    await expect(choose(two, { what: 'a.txt' }, async () => 2)).rejects.toMatchObject({ code: 'fault' });
  });

  test.each([
    [{ from: userName('Tom') }, "Tom does not share 'a.txt'; Bob, Sally have it"],
    [{ id: 'abcd' }, "nobody shares 'a.txt' with the content abcd…; Bob, Sally have other content of that name"],
  ])('says who has it where %j has not', async (more, message) => {
    const two = found([choice('1', owner('Sally')), choice('2', owner('Bob'))]);
    await expect(choose(two, { what: 'a.txt', ...more })).rejects.toMatchObject({ code: 'not-found', message });
  });

  test('of nothing is not found', async () => {
    const message = "nobody shares 'a.txt'";
    await expect(choose(found([]), { what: 'a.txt' })).rejects.toMatchObject({ code: 'not-found', message });
    const partial = found([choice('1')]);
    await expect(choose(partial, { what: 'a.txt' })).rejects.toMatchObject({ code: 'not-found' });
  });
});
