import { stat, truncate } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { contentIdOf, hashBytes, pieceBytes, pieceCount, pieceHash, pieceRange } from '../../../src/base/merkle.ts';
import { GiB } from '../../../src/base/sizes.ts';
import { thisProcess } from '../../../src/client/download/disk/claimant.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import { makeTemporary } from '../../../src/client/download/disk/temporary.ts';
import type { Served } from '../../support/fakePeer.ts';
import { scene } from './scene.ts';

/** Zeros, with one hash for all the whole pieces. */
function zeros(size: number): Served {
  const layer = new Uint8Array(pieceCount(size) * hashBytes);
  const whole = pieceHash(new Uint8Array(pieceBytes(size)), size);
  for (let index = 0; index < pieceCount(size); index++) {
    const { length } = pieceRange(size, index);
    layer.set(length === pieceBytes(size) ? whole : pieceHash(new Uint8Array(length), size), index * hashBytes);
  }
  return { size, layer, read: (_, length) => new Uint8Array(length) };
}

test('a file beyond 4 GiB is gone on with at its end, and saved with every byte', async () => {
  await using s = await scene();
  const size = 5 * GiB + 12_345;
  const content = { ...zeros(size), id: contentIdOf(zeros(size).layer, size) };
  const bob = await s.peer('Bob', [content]);
  const { clock, log } = s.ports;
  const shelf = { disk: nodeDisk, folder: s.folder, claimant: thisProcess, clock, log };
  const earlier = await makeTemporary(shelf, { kind: 'file', id: content.id, size });
  const there = pieceCount(size) - 2;
  await truncate(earlier.path, pieceRange(size, there).offset);
  await earlier.journal.record([{ first: 0, count: there }]);
  await earlier.release();
  const done = await s.download(s.request(content, [bob]));
  expect(done.bytes).toBe(size);
  expect((await stat(s.target)).size).toBe(size);
  expect(bob.requests[1]).toContain(`/content/${content.id}/bytes?of=${there}-${pieceCount(size) - 1}&`);
  expect(bob.sent).toBe(size - there * pieceBytes(size));
});
