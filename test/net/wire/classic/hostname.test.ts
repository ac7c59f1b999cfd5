import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  faultyReply,
  HostnameReader,
  type HostnameRequest,
  hostnameReplies,
  ListReply,
  maxReplyBytes,
} from '../../../../src/net/wire/classic/hostname.ts';
import { bytesOf, cuts, noise, pieces, readAll } from './spoken.ts';

const register: HostnameRequest = { request: 'register', host: 'alice', port: '5001' };
const publishA: HostnameRequest = { request: 'publish', file: 'a.txt', host: 'alice' };
const publishB: HostnameRequest = { request: 'publish', file: 'b.txt', host: 'alice' };
const list: HostnameRequest = { request: 'list' };

const table: [string, HostnameRequest[]][] = [
  ['REGISTER alice 5001', [register]],
  ['PUBLISH a.txt alice', [publishA]],
  ['FETCH a.txt', [{ request: 'fetch', file: 'a.txt' }]],
  ['LIST_CLIENTS', [list]],
  ['DISCOVER_CLIENT bob', [{ request: 'discover', host: 'bob' }]],
  ['  PUBLISH\ta.txt   alice ', [publishA]],
  ['HELLO you there', [{ request: 'unknown' }]],
  ['register alice 5001', [{ request: 'unknown' }]],
  ['PUBLISH a.txt alicePUBLISH b.txt alice', [publishA, publishB]],
  ['PUBLISH a.txt alice PUBLISH b.txt alice', [publishA, publishB]],
  ['PUBLISH a.txt alice\nPUBLISH b.txt alice', [publishA, publishB]],
  ['REGISTER alice 5001LIST_CLIENTS', [register, list]],
  ['REGISTER alice 5001LIST_CLIENTSLIST_CLIENTSPUBLISH a.txt alice', [register, list, list, publishA]],
  ['LIST_CLIENTSREGISTER alice 5001', [list, register]],
  ['LIST_CLIENTS LIST_CLIENTS', [list, list]],
  // A verb that nothing follows is a part of the name.
  ['FETCH noFETCH', [{ request: 'fetch', file: 'noFETCH' }]],
  ['FETCH fooFETCH.txt', [{ request: 'fetch', file: 'fooFETCH.txt' }]],
  ['REGISTER myPUBLISHhost 5001', [{ request: 'register', host: 'myPUBLISHhost', port: '5001' }]],
  // One message has one answer, however many words it has.
  ['PUBLISH my file.txt alice', [{ request: 'faulty', verb: 'PUBLISH' }]],
  ['FETCH my file.txt', [{ request: 'faulty', verb: 'FETCH' }]],
  ['LIST_CLIENTS please', [{ request: 'faulty', verb: 'LIST_CLIENTS' }]],
];

describe.each(table)('%j', (text, requests) => {
  it.each(['\n', '\r\n'])('is read with %j after it, cut at any byte', (end) => {
    const bytes = bytesOf(text + end);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new HostnameReader();
      expect([...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))]).toEqual(requests);
      expect(reader.unfinished).toBe(false);
    }
  });

  it('is read without a line end once nothing more comes', () => {
    const bytes = bytesOf(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new HostnameReader();
      const before = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect([...before, ...reader.pause()]).toEqual(requests);
      expect(reader.unfinished).toBe(false);
    }
  });
});

describe('what is not whole', () => {
  it.each([
    ['REGISTER alice', 'REGISTER'],
    ['REGISTER', 'REGISTER'],
    ['PUBLISH a.txt', 'PUBLISH'],
    ['FETCH ', 'FETCH'],
    ['DISCOVER_CLIENT', 'DISCOVER_CLIENT'],
  ])('%j waits over a pause, and fails when nothing more is waited for', (text, verb) => {
    const reader = new HostnameReader();
    reader.push(bytesOf(text));
    expect(reader.pause()).toEqual([]);
    expect(reader.unfinished).toBe(true);
    expect(reader.expire()).toEqual([{ request: 'faulty', verb }]);
    expect(reader.unfinished).toBe(false);
  });

  it('may be the beginning of a verb', () => {
    const reader = new HostnameReader();
    reader.push(bytesOf('REGI'));
    expect(reader.pause()).toEqual([]);
    expect([...reader.push(bytesOf('STER alice 5001')), ...reader.pause()]).toEqual([register]);
  });

  it('may follow what is whole', () => {
    const reader = new HostnameReader();
    reader.push(bytesOf('REGISTER alice 5001 PUBLISH a.txt'));
    expect(reader.pause()).toEqual([register]);
    expect([...reader.push(bytesOf(' alice')), ...reader.pause()]).toEqual([publishA]);
  });

  it('may be the verb after what is whole', () => {
    const reader = new HostnameReader();
    reader.push(bytesOf('REGISTER alice 5001 PUBLI'));
    expect(reader.pause()).toEqual([register]);
    expect([...reader.push(bytesOf('SH a.txt alice')), ...reader.pause()]).toEqual([publishA]);
  });
});

it('a word that is no text makes its request faulty', () => {
  const bytes = Uint8Array.from('FETCH \xe9t\xe9.txt\n', (character) => character.charCodeAt(0));
  expect(new HostnameReader().push(bytes)).toEqual([{ request: 'faulty', verb: 'FETCH' }]);
});

it('nothing is read after a line that is too long', () => {
  const reader = new HostnameReader();
  expect(reader.push(bytesOf(`LIST_CLIENTS\nFETCH ${'x'.repeat(1100)}`))).toEqual([
    list,
    { request: 'unknown', last: true },
  ]);
  expect(reader.push(bytesOf('\nLIST_CLIENTS\n'))).toEqual([]);
  expect(reader.unfinished).toBe(false);
});

it.each(['GET', 'POST', 'OPTIONS'])('%s of HTTP is the last that is read for a request', (method) => {
  const page = `${method} / HTTP/1.1\r\nHost: tracker:7450\r\n\r\nREGISTER alice 5001\n`;
  expect(new HostnameReader().push(bytesOf(page))[0]).toEqual({ request: 'unknown', last: true });
  const reader = new HostnameReader();
  reader.push(bytesOf(`${method} /`));
  expect(reader.pause()).toEqual([{ request: 'unknown', last: true }]);
});

it('any noise gives the same requests, however it is cut', () => {
  fc.assert(
    fc.property(noise, cuts, (bytes, lengths) => {
      const cut = readAll(new HostnameReader(), pieces(bytes, lengths));
      expect(cut).toEqual(readAll(new HostnameReader(), [bytes]));
    }),
    { numRuns: 500 },
  );
});

it('any requests come out as they went in, in one segment or each with a line end', () => {
  const word = fc.stringMatching(/^[a-z0-9._-]{1,20}$/);
  const port = fc.nat({ max: 65_535 }).map(String);
  const request = fc.oneof(
    fc.record({ request: fc.constant('register' as const), host: word, port }),
    fc.record({ request: fc.constant('publish' as const), file: word, host: word }),
    fc.record({ request: fc.constant('fetch' as const), file: word }),
    fc.record({ request: fc.constant('list' as const) }),
    fc.record({ request: fc.constant('discover' as const), host: word }),
  );
  fc.assert(
    fc.property(fc.array(request, { maxLength: 12 }), fc.constantFrom('', ' ', '\n', '\r\n'), (requests, end) => {
      const bytes = bytesOf(requests.map((one) => said(one) + end).join(''));
      expect(readAll(new HostnameReader(), [bytes])).toEqual(requests);
    }),
  );
});

function said(request: HostnameRequest): string {
  switch (request.request) {
    case 'register':
      return `REGISTER ${request.host} ${request.port}`;
    case 'publish':
      return `PUBLISH ${request.file} ${request.host}`;
    case 'fetch':
      return `FETCH ${request.file}`;
    case 'discover':
      return `DISCOVER_CLIENT ${request.host}`;
    default:
      return 'LIST_CLIENTS';
  }
}

describe('a list', () => {
  it('ends with the last entry that one read takes whole', () => {
    const reply = new ListReply('LIST_CLIENTS_OK');
    let told = 0;
    while (reply.add(`\u00e9${told}`)) told += 1;
    expect(bytesOf(reply.text).length).toBeLessThanOrEqual(maxReplyBytes);
    expect(bytesOf(`${reply.text} \u00e9${told}`).length).toBeGreaterThan(maxReplyBytes);
    expect(reply.text.endsWith(` \u00e9${told - 1}`)).toBe(true);
  });

  it('takes an entry that fills it to the last byte', () => {
    const head = 'FETCH_OK';
    expect(new ListReply(head).add('x'.repeat(maxReplyBytes - head.length - 1))).toBe(true);
    expect(new ListReply(head).add('x'.repeat(maxReplyBytes - head.length))).toBe(false);
  });
});

it('the replies are those of the table', () => {
  expect(Object.values(hostnameReplies)).toEqual([
    'REGISTER_SUCCESS',
    'REGISTER_FAIL Hostname already exists',
    'PUBLISH_SUCCESS',
    'PUBLISH_FAIL Client not registered',
    'FETCH_NOT_FOUND',
    'DISCOVER_CLIENT_NOT_FOUND',
    'UNKNOWN_COMMAND',
  ]);
  expect(faultyReply('LIST_CLIENTS')).toBe('UNKNOWN_COMMAND');
});
