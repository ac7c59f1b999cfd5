import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { userName } from '../../../src/base/names.ts';
import { complete } from '../../../src/server/console/complete.ts';
import { readRequest } from '../../../src/server/console/requests.ts';

describe("an operator's line", () => {
  it.each([
    ['discover bob', { verb: 'discover', user: 'bob' }],
    ['  PING   Ann Lee  ', { verb: 'ping', user: 'Ann Lee' }],
    ['Kick\tbob', { verb: 'kick', user: 'bob' }],
    ['LIST', { verb: 'list' }],
    ['files', { verb: 'files' }],
    ['help ', { verb: 'help' }],
    ['Quit', { verb: 'quit' }],
    ['', undefined],
    ['   ', undefined],
  ])('%j is read', (line, request) => {
    expect(readRequest(line)).toEqual(request);
  });

  it.each([
    ['nope', 'There is no command "nope": type help for those that there are.'],
    ['__proto__', 'There is no command "__proto__"'],
    ['\u001b[2J', 'There is no command "\\u{1b}[2J"'],
    ['ping', 'Whom? Type ping <user>.'],
    ['quit now', 'Type quit alone: it takes nothing after it.'],
  ])('%j is refused with what to do', (line, message) => {
    expect(() => readRequest(line)).toThrow(message);
  });

  it('is a request, nothing, or a usage error, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        try {
          readRequest(line);
        } catch (error) {
          expect(error).toBeInstanceOf(RollcallError);
          expect(error).toMatchObject({ code: 'usage' });
        }
      }),
    );
  });
});

describe('completion', () => {
  const operator = {
    namesFrom: (start: string) =>
      [userName('Bert'), userName('bob')].filter((name) => name.toLowerCase().startsWith(start)),
  };
  it.each([
    ['', ['discover ', 'ping ', 'list', 'files', 'kick ', 'help', 'quit'], ''],
    ['DI', ['discover '], 'DI'],
    ['zz', [], 'zz'],
    ['ping ', ['Bert', 'bob'], ''],
    ['Kick  bo', ['bob'], 'bo'],
    ['list b', [], 'b'],
  ])('offers for %j what may stand there', (line, offered, replaced) => {
    expect(complete(line, operator)).toEqual([offered, replaced]);
  });
});
