import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName } from '../../../src/base/names.ts';
import { MiB } from '../../../src/base/sizes.ts';
import type { Visitor } from '../../../src/client/app.ts';
import { discard } from '../../../src/client/download/discard.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import { download } from '../../../src/client/download/download.ts';
import { transferSource } from '../../../src/client/transferSource.ts';
import { type KeptTransfers, openTransfers } from '../../../src/client/transfers/openTransfers.ts';
import type { FakePeer } from '../../support/fakePeer.ts';
import { countingDisk } from '../../support/wrapDisk.ts';
import { contentOf, scene as downloads, drive, ownersOf } from '../download/scene.ts';

const content = contentOf(6 * MiB + 17);

/** The list over real downloads, from peers that are not. */
async function scene() {
  const s = await downloads();
  const { disk, busy } = countingDisk(nodeDisk);
  const peers: FakePeer[] = [];
  const folder = join(s.folder, 'downloads');
  const unused = async (): Promise<never> => {
    throw new Error('nobody asks for that');
  };
  const client: Pick<Visitor, 'located' | 'download' | 'downloadUnverified'> = {
    async located() {
      const { id, size } = content;
      const { whole, partial } = ownersOf(peers);
      return {
        choices: [{ id, size, kind: 'file', description: '', owners: [...whole], partial: [...partial] }],
        unverified: [],
      };
    },
    download: (_, first, { file = '', ...how }) =>
      download(s.request(content, peers, { ...how, name: first.name, target: file }), { ...s.ports, disk }),
    downloadUnverified: unused,
  };
  const source = transferSource(client, () => folder);
  const { clock } = s;
  const open = (): Promise<KeptTransfers> =>
    openTransfers({
      file: join(s.folder, 'transfers.json'),
      slots: 2,
      source: () => source,
      discard: ({ content: id, size, kind, file }) =>
        discard({ id, size, kind, target: file }, { clock, log: silentLog }),
      clock,
      log: silentLog,
    });
  return { ...s, peers, folder, busy, open };
}

const wanted = { name: resourceName('report.bin') };

/** Lets time pass until a download is no longer on its way. */
const until = (s: Awaited<ReturnType<typeof scene>>, list: KeptTransfers, states: readonly string[]): Promise<void> =>
  drive(
    s.clock,
    new Promise<void>((resolve) => {
      const watching = list.watch((event) => {
        if (event.event !== 'download' || !states.includes(event.download.state)) return;
        watching[Symbol.dispose]();
        resolve();
      });
    }),
    s.busy,
  );

describe('a list of real downloads', () => {
  test('saves one from two owners, and knows what each sent', async () => {
    const s = await scene();
    await using _s = s;
    s.peers.push(await s.peer('Bob', [content]), await s.peer('Sally', [content]));
    await using list = await s.open();
    const { id } = await list.add(wanted);
    await until(s, list, ['done', 'failed']);
    const done = list.get(id);
    expect(done).toMatchObject({
      state: 'done',
      bytes: content.size,
      path: join(s.folder, `downloaded_Bob_${wanted.name}`),
    });
    expect(done.owners.map(({ owner }) => owner).sort()).toEqual(['Bob', 'Sally']);
    expect(done.owners.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(content.size);
    expect(list.pieces(id)?.cells.every((cell) => cell === 100)).toBe(true);
    expect((await readFile(done.path ?? '')).equals(content.bytes)).toBe(true);
  });

  test('goes on after a pause, and after the next start, with what had come', async () => {
    const s = await scene();
    await using _s = s;
    const bob = await s.peer('Bob', [content]);
    s.peers.push(bob);
    let list = await s.open();
    const { id } = await list.add(wanted);
    bob.knobs.beforeChunk = (sent) => {
      if (sent > 3 * MiB && list.get(id).state === 'running') list.pause(id);
    };
    await until(s, list, ['paused']);
    await drive(s.clock, list.pauseAll(), s.busy);
    const left = list.get(id);
    expect(left.bytes).toBeGreaterThanOrEqual(2 * MiB);
    expect(list.pieces(id)?.have).toBe(left.bytes / MiB);
    await drive(s.clock, Promise.resolve(list[Symbol.asyncDispose]()), s.busy);
    list = await s.open();
    await using _list = list;
    expect(list.get(id)).toMatchObject({ state: 'paused', bytes: left.bytes });
    bob.knobs.beforeChunk = undefined;
    const before = bob.sent;
    list.resume(id);
    await until(s, list, ['done', 'failed']);
    expect(list.get(id)).toMatchObject({ state: 'done', bytes: content.size });
    expect(bob.sent - before).toBe(content.size - left.bytes);
    expect(list.get(id).owners).toMatchObject([{ owner: 'Bob', bytes: content.size - left.bytes }]);
  });

  test('leaves nothing of one that was cancelled in the middle', async () => {
    const s = await scene();
    await using _s = s;
    const bob = await s.peer('Bob', [content]);
    s.peers.push(bob);
    await using list = await s.open();
    const { id } = await list.add(wanted);
    const acts: Promise<void>[] = [];
    let there: Promise<string[]> | undefined;
    bob.knobs.beforeChunk = (sent) => {
      if (sent <= 3 * MiB || acts.length > 0) return;
      there = readdir(s.folder);
      acts.push(list.cancel(id));
    };
    await until(s, list, ['cancelled']);
    await drive(s.clock, Promise.all(acts), s.busy);
    expect(await there).toHaveLength(2);
    expect(await readdir(s.folder)).toEqual([]);
    expect(list.get(id)).toMatchObject({ state: 'cancelled', bytes: 0 });
  });

  test('says so of one whose downloads folder cannot be made, and saves others elsewhere', async () => {
    const s = await scene();
    await using _s = s;
    s.peers.push(await s.peer('Bob', [content]));
    await using list = await s.open();
    await writeFile(s.folder, 'a file in its place');
    const { id } = await list.add(wanted);
    await until(s, list, ['done', 'failed']);
    expect(list.get(id)).toMatchObject({ state: 'failed', error: { code: 'usage' } });
    await expect(readFile(s.folder, 'utf8')).resolves.toBe('a file in its place');
    const other = join(s.folder, '..', 'other');
    await mkdir(other);
    const elsewhere = await list.add({ ...wanted, file: join(other, 'x') });
    await until(s, list, ['done']);
    expect(list.get(elsewhere.id).state).toBe('done');
  });

  test('with refuse leaves what is there, and says that it exists', async () => {
    const s = await scene();
    await using _s = s;
    s.peers.push(await s.peer('Bob', [content]));
    await using list = await s.open();
    const file = s.target;
    await writeFile(file, 'mine');
    const { id } = await list.add({ ...wanted, file, ifExists: 'refuse' });
    await until(s, list, ['done', 'failed']);
    expect(list.get(id)).toMatchObject({ state: 'failed', error: { code: 'exists' } });
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await list.add({ ...wanted, file, ifExists: 'rename' })).id).toBe(id);
    await until(s, list, ['done', 'failed']);
    expect(list.get(id)).toMatchObject({ state: 'done', path: file.replace('saved', 'saved (2)') });
  });
});
