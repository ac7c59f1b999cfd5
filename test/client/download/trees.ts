import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ContentId } from '../../../src/base/ids.ts';
import { relativePath } from '../../../src/base/names.ts';
import { encodeListing } from '../../../src/net/wire/listing.ts';
import { type Served, served } from '../../support/fakePeer.ts';
import { bytesOf, type Scene } from './scene.ts';

type Content = Served & { id: ContentId };

/** A folder to be shared. */
export interface Tree {
  /** The listing first. */
  contents: Content[];
  /** What the roll says of it. */
  stated: { id: ContentId; size: number };
  files: Map<string, Buffer>;
  emptyFolders: string[];
}

/** Sizes by path, bytes. */
export function treeOf(sizes: Record<string, number>, emptyFolders: readonly string[] = []): Tree {
  const files = new Map(Object.entries(sizes).map(([path, size], at) => [path, bytesOf(size, at + 1)]));
  const contents = [...files.values()].map((bytes) => served(bytes));
  const listing = encodeListing({
    files: [...files].map(([path, bytes], at) => ({
      path: relativePath(path),
      size: bytes.length,
      id: contents[at]?.id ?? ('' as ContentId),
    })),
    emptyFolders: emptyFolders.map(relativePath),
  });
  const list = served(listing);
  const size = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return { contents: [list, ...contents], stated: { id: list.id, size }, files, emptyFolders: [...emptyFolders] };
}

/** Fails where what was saved is not the tree, and nothing else. */
export async function expectWhole(s: Scene, { files, emptyFolders }: Tree, at = 'saved'): Promise<void> {
  const root = join(s.folder, at);
  for (const [path, bytes] of files) expect((await readFile(join(root, path))).equals(bytes), path).toBe(true);
  for (const path of emptyFolders) expect(await readdir(join(root, path))).toEqual([]);
  const all = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(all).toHaveLength(files.size);
}
