import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rollcall, start, startTracker, temporaryFolder } from './program.ts';

/** Longer than a small download takes, milliseconds. */
const lateMs = 400;

/** A way to a tracker on which every answer takes its time. */
async function openSlowWay(tracker: string): Promise<AsyncDisposable & { address: string }> {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(Number(tracker.split(':')[1]), '127.0.0.1');
    sockets.push(near, far);
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy());
    far.on('data', (chunk) => setTimeout(() => near.write(chunk), lateMs));
    far.on('end', () => setTimeout(() => near.end(), lateMs));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const at = server.address();
  return {
    address: `127.0.0.1:${typeof at === 'object' ? at?.port : 0}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

it('get that is done before its tracker answered everything has nothing more to tell', {
  timeout: 60_000,
}, async () => {
  using folder = temporaryFolder();
  const at = (...names: string[]): string => join(folder.path, ...names);
  await using tracker = await startTracker(folder.path);
  writeFileSync(at('notes.txt'), 'some notes');
  const bob = ['--server', tracker.address, '--home', at('bob'), '--user', 'Bob', '--json'];
  await using sharing = start(['share', at('notes.txt'), ...bob]);
  await sharing.line((line) => line['event'] === 'announced');
  await using way = await openSlowWay(tracker.address);
  const guest = ['--server', way.address, '--home', at('guest')];
  await rollcall(['who', ...guest]);

  const { status, stderr } = await rollcall(['get', 'notes.txt', '-o', at('got'), '--verbose', ...guest]);
  expect(status).toBe(0);
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringContaining('Downloading resource'),
    expect.stringContaining('saved as'),
    expect.stringContaining('verified'),
  ]);
});
