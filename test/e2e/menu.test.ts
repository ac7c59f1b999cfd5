import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Started, start, startTracker, temporaryFolder } from './program.ts';

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);
let tracker: Started & { address: string };
const peers: Started[] = [];

function client(user: string, ...more: string[]): Started {
  const process = start([
    'client',
    tracker.address,
    user,
    ...more,
    '--home',
    at(`home-${user}`),
    '--downloads',
    at('downloads'),
    '--peer-port',
    '0',
  ]);
  peers.push(process);
  return process;
}

beforeAll(async () => {
  tracker = await startTracker(folder.path);
  mkdirSync(at('downloads'));
  for (const user of ['Bob', 'Sally', 'Charlie']) mkdirSync(at(user));
  writeFileSync(at('Bob', 'test.txt'), "Bob's\n");
  writeFileSync(at('Sally', 'test.txt'), "Sally's own\n");
  writeFileSync(at('later.txt'), 'announced from the menu\n');
});

afterAll(async () => {
  await Promise.all([...peers, tracker].map((process) => process[Symbol.asyncDispose]()));
  folder[Symbol.dispose]();
});

it('three people announce, look, choose between two files of one name, and get the right bytes', {
  timeout: 60_000,
}, async () => {
  const bob = client('Bob', '--share', at('Bob'));
  await bob.says('Announced resource: test.txt');
  const sally = client('Sally', '--share', at('Sally'));
  await sally.says('Announced resource: test.txt');

  const carol = client('Carol');
  await carol.says('Enter the path to the sharing folder: ');
  carol.type(`${at('Charlie')}\n`);
  await carol.says('Registered with server as Carol.');
  await carol.says(
    '--- MENU ---\n1. Announce a resource\n2. Query available resources\n3. Query active users\n4. Download a resource\n5. Exit\nSelect an option: ',
  );
  carol.type(`1\n${at('later.txt')}\n2\n3\n9\n4\ntest.txt\n`);
  await carol.says('Announced resource: later.txt');
  await carol.says(/test\.txt \(Owner: Bob, IP: 127\.0\.0\.1, TCP Port: \d+\)/);
  await carol.says(/Active users:\n(?:.*\n)*Bob/);
  await carol.says('Invalid choice. Please try again.');
  await carol.says("Available owners for resource 'test.txt':");
  await carol.says('Select an owner (1-2): ');
  const sallys = /^(\d)\. Sally 127\.0\.0\.1 \d+/m.exec(carol.stdout())?.[1];
  carol.type(`${sallys}\n`);
  await carol.says("Resource 'test.txt' downloaded and saved as 'downloaded_Sally_test.txt'");
  expect(readFileSync(at('downloads', 'downloaded_Sally_test.txt'), 'utf8')).toBe("Sally's own\n");
  carol.type('5\n');
  expect(await carol.ended()).toBe(0);
  expect(carol.stdout()).not.toMatch(/\u001b/);

  sally.child.stdin?.end();
  expect(await sally.ended()).toBe(0);
});
