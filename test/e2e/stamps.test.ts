import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Line, rollcall, type Started, start, startTracker, temporaryFolder } from './program.ts';

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);
/** A date service that is years behind. */
const theirs = '2026-05-01T14:03:00.123+02:00';
let tracker: Started & { address: string };
let service: Server;
let questions = 0;

beforeAll(async () => {
  tracker = await startTracker(folder.path);
  service = createServer((_request, response) => {
    questions += 1;
    response.end(JSON.stringify({ datetime: theirs }));
  });
  await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
});

afterAll(async () => {
  service.close();
  await tracker[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const clock = (): string => `http://127.0.0.1:${(service.address() as AddressInfo).port}`;

/** What the tracker wrote down of a user. */
async function stampsOf(user: string): Promise<Line[]> {
  const history = await rollcall(['history', '--data', at('tracker'), '--user', user, '--json']);
  expect(history.status).toBe(0);
  return history.lines.map(({ operation, stamp }) => ({ operation, stamp }));
}

async function asUser(user: string, lines: string[], ...more: string[]): Promise<Started> {
  const shell = start(['shell', tracker.address, user, '--home', at(`home-${user}`), '--peer-port', '0', ...more]);
  shell.child.stdin?.end(lines.map((line) => `${line}\n`).join(''));
  expect(await shell.ended()).toBe(0);
  return shell;
}

it('every operation is stamped by the service that was named', { timeout: 60_000 }, async () => {
  await using _shell = await asUser('Ann', ['LIST_USERS', 'LIST_CONTENT Ann'], '--clock', clock());
  const operations = ['register', 'connect', 'users', 'find', 'disconnect'];
  const stamps = await stampsOf('Ann');
  for (const operation of operations) expect(stamps).toContainEqual({ operation, stamp: theirs });
  expect(questions).toBeGreaterThanOrEqual(4);
});

it('without a service the own clock stamps; with one that is away it does too, and says so once', {
  timeout: 60_000,
}, async () => {
  const began = Date.now();
  await using _shell = await asUser('Bob', ['LIST_USERS']);
  await using shell = await asUser(
    'Cleo',
    ['LIST_USERS', 'REGISTER Dora', 'LIST_USERS'],
    '--clock',
    'http://127.0.0.1:9',
  );
  expect(shell.stderr().split("Stamping by this machine's clock").length).toBe(2);
  for (const user of ['Bob', 'Cleo']) {
    for (const { stamp } of await stampsOf(user)) {
      expect(stamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
      expect(Math.abs(Date.parse(String(stamp)) - began)).toBeLessThan(60_000);
    }
  }
});
