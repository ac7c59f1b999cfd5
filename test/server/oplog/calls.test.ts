import { describe, expect, it } from 'vitest';
import { classicDate } from '../../../src/base/dates.ts';
import { contentId } from '../../../src/base/ids.ts';
import { callsOf } from '../../../src/server/oplog/calls.ts';
import { oplogTarget } from '../../../src/server/oplog/target.ts';
import { type Operation, operationNames } from '../../../src/server/trail/trail.ts';

const operation: Operation = {
  received: Date.UTC(2030, 0, 2, 3, 4, 5, 678),
  user: 'alice',
  operation: 'users',
  parameters: {},
  outcome: 'ok',
  address: '10.0.0.7',
  dialect: 'native',
};
const id = contentId('ab'.repeat(32));

describe('an operation in the words of the log', () => {
  it.each([
    ['register', {}, 'REGISTER', ['']],
    ['unregister', {}, 'UNREGISTER', ['']],
    ['connect', { port: 4000 }, 'CONNECT', ['']],
    ['disconnect', {}, 'DISCONNECT', ['']],
    ['announce', { count: 2, names: ['a', 'b'] }, 'PUBLISH', ['a', 'b']],
    ['announce', { count: 0, names: [] }, 'PUBLISH', ['']],
    ['withdraw', { count: 1, names: ['a'] }, 'DELETE', ['a']],
    ['find', {}, 'LIST_CONTENT', ['']],
    ['find', { pattern: 'x' }, 'LIST_CONTENT', ['x']],
    ['find', { pattern: 'x', owner: 'bob' }, 'LIST_CONTENT', ['bob']],
    ['locate', { name: 'a', owner: 'bob' }, 'GET_FILE', ['a']],
    ['locate', { id }, 'GET_FILE', [id]],
    ['users', {}, 'LIST_USERS', ['']],
    ['evict', { port: 4000, why: 'silence' }, 'EVICT', ['']],
  ] as const)('%s %j', (name, parameters, word, about) => {
    const calls = callsOf({ ...operation, operation: name, parameters });
    expect(calls.map((call) => call.operation)).toEqual(about.map(() => word));
    expect(calls.map((call) => call.parameter)).toEqual(about);
  });

  it('has one word for each', () => {
    const said = operationNames.map((name) => callsOf({ ...operation, operation: name })[0]?.operation);
    expect(new Set(said).size).toBe(operationNames.length);
  });

  it.each([
    ['01/05/2026 14:03:00', '01/05/2026 14:03:00'],
    ['2026-05-01T14:03:00.123+02:00', '01/05/2026 14:03:00'],
    ['2026-05-01T14:03:00-09:30', '01/05/2026 14:03:00'],
    ['half past two', classicDate(operation.received)],
    ['31/02/2026 14:03:00', classicDate(operation.received)],
    [undefined, classicDate(operation.received)],
  ])('has the date that the asker gave, where it is one: %s', (stamp, date) => {
    expect(callsOf({ ...operation, stamp })).toMatchObject([{ date }]);
  });

  it('names nobody in a way that nobody can be named', () => {
    expect(callsOf({ ...operation, user: undefined })).toMatchObject([{ user: '(nobody)' }]);
  });

  it.each([
    ['é', 128],
    ['東', 85],
    ['🎉', 64],
    ['a', 256],
  ])('is cut at a whole character: %s', (character, count) => {
    expect(callsOf({ ...operation, user: character.repeat(300) })[0]?.user).toBe(character.repeat(count));
  });

  it('is left as it is where it just fits', () => {
    const user = `${'東'.repeat(85)}a`;
    expect(callsOf({ ...operation, user })[0]?.user).toBe(user);
  });
});

describe("a log server's address", () => {
  it.each([
    ['localhost:7453', { host: 'localhost', port: 7453 }],
    ['192.168.1.2:1', { host: '192.168.1.2', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
  ])('is read: %s', (text, target) => {
    expect(oplogTarget(text)).toEqual(target);
  });

  it.each([
    '',
    'localhost',
    ':7453',
    'localhost:',
    'localhost:0',
    'localhost:65536',
    '::1:7453',
    'a b:1',
    'http://a:1',
    '[x]:1',
  ])('is refused: "%s"', (text) => {
    expect(() => oplogTarget(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('give HOST:PORT') }),
    );
  });
});
