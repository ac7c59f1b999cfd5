import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exitStatuses } from '../../../src/base/errors.ts';
import { contentId } from '../../../src/base/ids.ts';
import { hashContent, leafBytes } from '../../../src/base/merkle.ts';
import { maxNameBytes, maxPathBytes, maxPathDepth, maxUserNameCharacters } from '../../../src/base/names.ts';
import {
  controlProtocol,
  maxAudience,
  maxBatch,
  maxDescriptionBytes,
  maxLinkSeconds,
  maxPage,
  maxPartialIds,
  maxPartialOwners,
  maxWatched,
  minLinkSeconds,
} from '../../../src/net/wire/control.ts';
import { clientMethods, notices, trackerMethods } from '../../../src/net/wire/controlSchemas.ts';
import { decodeHeartbeat, heartbeatBytes, isAuthentic } from '../../../src/net/wire/heartbeat.ts';
import { rpcCodes } from '../../../src/net/wire/jsonRpc.ts';
import { maxLineBytes } from '../../../src/net/wire/lines.ts';
import { decodeListing, maxListedEntries } from '../../../src/net/wire/listing.ts';
import {
  choicePath,
  decodeProblem,
  etag,
  parseLinkPath,
  parsePeerPath,
  peerPath,
  peerProblems,
  shortLinks,
} from '../../../src/net/wire/peer.ts';
import { encodeHave, maxHaveLineBytes, maxRuns, parseHave } from '../../../src/net/wire/pieces.ts';
import {
  countedLinkClaims,
  countedLinkTicketType,
  linkClaims,
  linkIdBytes,
  linkTicketType,
  maxLinkUses,
  ticketSeconds,
} from '../../../src/net/wire/ticket.ts';
import heartbeats from './golden/heartbeat.json' with { type: 'json' };
import listings from './golden/listing.json' with { type: 'json' };
import problems from './golden/problems.json' with { type: 'json' };
import ticket from './golden/ticket.json' with { type: 'json' };

const document = readFileSync(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8');

/** The bodies of the fenced blocks by what stands behind their backticks. */
const fences = new Map<string, string[]>();
for (const [, label = '', body = ''] of document.matchAll(/^```(.*)\n([\s\S]*?)\n```$/gm)) {
  fences.set(label, [...(fences.get(label) ?? []), body]);
}
const fenced = (label: string): string[] => fences.get(label) ?? [];
const packed = (text: string): string => text.replaceAll(/\s/g, '');

test('every example in PROTOCOL.md is of a kind that is checked here', () => {
  expect([...fences.keys()].sort()).toEqual([
    'hex heartbeat',
    'hex layer',
    'hex ticket-key',
    'http answer',
    'http request',
    'json control',
    'json counted-link-claims',
    'json counted-link-header',
    'json have',
    'json link-claims',
    'json link-header',
    'json listing',
    'json problem',
    'json ticket-claims',
    'json ticket-header',
    'text ticket',
  ]);
});

test('its control messages are the golden ones, all of them and in order', () => {
  const golden = readFileSync(new URL('./golden/control.jsonl', import.meta.url), 'utf8');
  expect(`${fenced('json control').join('\n')}\n`).toBe(golden);
});

test('its datagrams are golden ones, and authentic under the key that it names', () => {
  const key = Uint8Array.from({ length: 32 }, (_, index) => index);
  expect(document).toContain('with the key `00 01 02 … 1f`');
  const shown = fenced('hex heartbeat').map(packed);
  expect(shown.length).toBe(5);
  for (const hex of shown) {
    expect(heartbeats.map((golden) => golden.hex)).toContain(hex);
    expect(isAuthentic(Buffer.from(hex, 'hex'), (message) => createHmac('sha256', key).update(message).digest())).toBe(
      true,
    );
  }
  expect(shown.map((hex) => decodeHeartbeat(Buffer.from(hex, 'hex'))?.kind)).toEqual([
    'beat',
    'beat',
    'ack',
    'resync',
    'probe',
  ]);
});

test('its ticket is the golden one, with its key, header and claims', () => {
  expect(fenced('text ticket')).toEqual([ticket.jwt]);
  expect(fenced('hex ticket-key').map(packed)).toEqual([ticket.trackerKey]);
  expect(fenced('json ticket-header').map((text) => JSON.parse(text))).toEqual([ticket.header]);
  expect(fenced('json ticket-claims').map((text) => JSON.parse(text))).toEqual([ticket.claims]);
});

test("its link has an ordinary ticket's claims, but for the key that it is bound to", () => {
  const { cnf: _, ...claims } = ticket.claims;
  expect(fenced('json link-header').map((text) => JSON.parse(text))).toEqual([
    { ...ticket.header, typ: linkTicketType },
  ]);
  expect(fenced('json link-claims').map((text) => linkClaims.parse(JSON.parse(text)))).toEqual([claims]);
});

test("its counted link has a link's claims, and those that it is counted by", () => {
  const { cnf: _, ...claims } = ticket.claims;
  const [header = '', shown = ''] = ['header', 'claims'].flatMap((part) => fenced(`json counted-link-${part}`));
  expect(JSON.parse(header)).toEqual({ ...ticket.header, typ: countedLinkTicketType });
  const jti = Buffer.from(Array.from({ length: linkIdBytes }, (_, index) => index)).toString('base64url');
  expect(countedLinkClaims.parse(JSON.parse(shown))).toEqual({ ...claims, plain: true, uses: 3, jti });
});

test('its lines of pieces are those of the codec', () => {
  const lines = fenced('json have').flatMap((text) => text.split('\n'));
  const runs = lines.map((line) => parseHave(line, 8));
  expect(lines.map((line) => `${line}\n`)).toEqual(runs.map((each) => encodeHave(each ?? [])));
  expect(runs.flatMap((each) => each ?? []).reduce((sum, { count }) => sum + count, 0)).toBe(8);
});

test('its listing is a golden one', () => {
  expect(fenced('json listing')).toEqual([listings[1]?.text]);
  expect(decodeListing(Buffer.from(fenced('json listing')[0] ?? '')).files.length).toBe(2);
});

test('its problem is a golden one', () => {
  const [body = ''] = fenced('json problem');
  expect(problems.map((golden) => golden.body)).toContain(body);
  expect(decodeProblem(Buffer.from(body))?.code).toBe('busy');
});

test('its content ids and its piece layer are what content of that kind has', () => {
  const hashed = (size: number) => hashContent(Uint8Array.from({ length: size }, (_, index) => index % 251));
  const rows = [...document.matchAll(/^\| (\d+) \| `([0-9a-f]{64})` \|$/gm)];
  expect(rows.length).toBe(9);
  for (const [, size, id] of rows) expect([size, hashed(Number(size)).id]).toEqual([size, id]);
  expect(fenced('hex layer').map(packed)).toEqual([hashed(1_048_577).layer.toString('hex')]);
});

test('its HTTP examples go by the paths and tags of the codec', () => {
  const id = contentId(ticket.claims.cid);
  const requests = fenced('http request').map((text) => /^(?:GET|POST) (\S+) HTTP\/1\.1\n/.exec(text)?.[1] ?? '');
  const paths = requests.filter((path) => path !== shortLinks);
  expect(paths).toEqual([peerPath(id, 'content'), peerPath(id, 'pieces'), choicePath(id, [{ first: 0, count: 1 }], 1)]);
  expect(paths.map((path) => parsePeerPath(path)?.what)).toEqual(['content', 'pieces', 'bytes']);
  const answers = fenced('http answer');
  expect(answers.flatMap((text) => /^ETag: (.*)$/m.exec(text)?.[1] ?? [])).toEqual(paths.map(() => etag(id)));
  const left = answers.map((text) => parseLinkPath(/^Location: (.*)$/m.exec(text)?.[1] ?? ''));
  expect(left.flatMap((path) => path?.what ?? [])).toEqual(['page']);
  expect(fenced('http request')[0]).toContain(`If-Range: ${etag(id)}`);
});

test('it has a place for every method and notice', () => {
  for (const method of Object.keys(trackerMethods)) expect(document).toContain(`\n#### ${method}\n`);
  for (const name of [...Object.keys(clientMethods), ...Object.keys(notices)]) {
    expect(document).toMatch(new RegExp(`^\`${name}\`[:,]`, 'm'));
  }
});

test('its error codes are those of JSON-RPC and ours', () => {
  const codes = [...document.matchAll(/^\| (-32\d{3}) \|/gm)].map(([, code]) => Number(code));
  expect(new Set(codes)).toEqual(new Set(Object.values(rpcCodes)));
  const names = document.slice(document.indexOf('| name | means |'), document.indexOf('## Heartbeat'));
  const named = [...names.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name = '']) => name);
  expect(named.length).toBe(8);
  for (const name of named) expect(Object.keys(exitStatuses)).toContain(name);
});

test('its problems are those of the codec, with their statuses', () => {
  const rows = [...document.matchAll(/^\| (\d{3}) \| `([a-z-]+)` \|/gm)].map(([, status, code]) => [
    code,
    Number(status),
  ]);
  expect(Object.fromEntries(rows)).toEqual(peerProblems);
});

test.each<[what: string, said: (number: string) => string, value: number]>([
  ['a line', (bytes) => `A line has at most ${bytes} bytes with its end`, maxLineBytes],
  ['a batch', (count) => `\n1 to ${count} resources`, maxBatch],
  ['a batch of names', (count) => `\n1 to ${count} names`, maxBatch],
  ['the contents that are passed on', (ids) => `At most ${ids} ids`, maxPartialIds],
  ['partial owners', (owners) => `at most ${owners} in all on a page`, maxPartialOwners],
  ['what is watched', (ids) => `these contents, at most ${ids}, and`, maxWatched],
  ['a short life of a link', (seconds) => `good for \`linkSeconds\` (${seconds} to`, minLinkSeconds],
  ['a long life of a link', (seconds) => `to ${seconds})`, maxLinkSeconds],
  ['downloads by a link', (uses) => `\`linkUses\` (1 to ${uses})`, maxLinkUses],
  ['downloads by a link, in its ticket', (uses) => `good for \`uses\` downloads, 1 to ${uses}`, maxLinkUses],
  ['a page', (rows) => `(1 to ${rows}; `, maxPage],
  ['a description', (bytes) => `at most ${bytes} bytes of UTF-8. With`, maxDescriptionBytes],
  ['an audience', (users) => `(at most ${users} users)`, maxAudience],
  ['a user name', (characters) => `NFC, 1 to ${characters} characters`, maxUserNameCharacters],
  ['a resource name', (bytes) => `NFC, 1 to ${bytes} bytes of UTF-8`, maxNameBytes],
  ['a path', (bytes) => `at most ${bytes} bytes of UTF-8 and ${maxPathDepth} deep`, maxPathBytes],
  ['a listing', (files) => `At most ${files} files`, maxListedEntries],
  ['a ticket', (seconds) => `good for ${seconds} s`, ticketSeconds],
  ['runs in one request', (runs) => `names 1 to ${runs} runs`, maxRuns],
  ['a line of pieces', (bytes) => `\nline has at most ${bytes} bytes`, maxHaveLineBytes],
  ['a leaf', (bytes) => `the hash of ${bytes} bytes`, leafBytes],
  ['a datagram', (bytes) => `A datagram has ${bytes} bytes`, heartbeatBytes],
])('it states the limit of %s as the code has it', (_, said, value) => {
  expect(document).toContain(said(value.toLocaleString('en')));
});

test('it names the protocol as the code does', () => {
  expect(document).toContain(`ALPN \`${controlProtocol}\``);
});
