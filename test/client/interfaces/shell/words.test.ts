import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote, splitWords } from '../../../../src/client/interfaces/shell/words.ts';

const texts = (line: string): string[] | undefined => splitWords(line)?.map(({ text }) => text);

describe('splitWords', () => {
  it.each([
    ['', []],
    ['   ', []],
    ['LIST_USERS', ['LIST_USERS']],
    ['  PUBLISH\ta.txt   two words \r', ['PUBLISH', 'a.txt', 'two', 'words']],
    ['GET_FILE "Ann Lee" "my file" out', ['GET_FILE', 'Ann Lee', 'my file', 'out']],
    ['PUBLISH a ""', ['PUBLISH', 'a', '']],
    ['PUBLISH 5"disk C:\\x "it\'s"', ['PUBLISH', '5"disk', 'C:\\x', "it's"]],
  ])('parts %j', (line, words) => {
    expect(texts(line)).toEqual(words);
  });

  it.each(['PUBLISH "a', '"', 'PUBLISH "a"b', 'a "b" "'])(
    'parts nothing where a quote stays open, as in %j',
    (line) => {
      expect(splitWords(line)).toBeUndefined();
    },
  );

  it('says which words were quoted', () => {
    expect(splitWords('a "b"')).toEqual([
      { text: 'a', quoted: false },
      { text: 'b', quoted: true },
    ]);
  });

  it('gives back every name that was quoted for it', () => {
    const name = fc.string({ unit: 'binary' }).filter((text) => !text.includes('"'));
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect(texts(names.map(quote).join(' '))).toEqual(names);
      }),
    );
  });

  it('ends on any line, with words or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', ' ', '\t', '\\') }), (line) => {
        for (const { text, quoted } of splitWords(line) ?? []) expect(quoted || /^[^\s"]\S*$/.test(text)).toBe(true);
      }),
    );
  });
});
