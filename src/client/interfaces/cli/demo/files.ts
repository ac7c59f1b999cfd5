import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../../../base/sizes.ts';

/** A folder of each peer, by its name, with what it shares. */
export interface DemoFiles {
  /** Where a peer's home, shared things and downloads are. */
  of(user: string): string;
  downloads: string;
}

/** Makes what the three share: one name with two contents, one content at two peers, a folder, a big file. */
export async function makeFiles(root: string, bigMiB: number): Promise<DemoFiles> {
  const of = (user: string): string => join(root, user);
  const downloads = join(root, 'downloads');
  for (const folder of ['Bob/photos/summer', 'Sally', 'Charlie']) await mkdir(join(root, folder), { recursive: true });
  await mkdir(downloads);
  await writeFile(join(of('Bob'), 'test.txt'), 'This is what Bob calls test.txt.\n');
  await writeFile(join(of('Sally'), 'test.txt'), 'And this is what Sally calls test.txt: another text.\n');
  const handbook = randomBytes(3 * MiB);
  for (const user of ['Bob', 'Sally']) await writeFile(join(of(user), 'handbook.pdf'), handbook);
  await writeFile(join(of('Bob'), 'photos', 'one.jpg'), randomBytes(MiB));
  await writeFile(join(of('Bob'), 'photos', 'summer', 'two.jpg'), randomBytes(2 * MiB));
  await using big = await open(join(of('Charlie'), 'film.mkv'), 'wx');
  for (let written = 0; written < bigMiB; written++) await big.write(randomBytes(MiB));
  return { of, downloads };
}

/** SHA-256 of a file, or of a folder: of its files' sums under their sorted paths. */
export async function sumOf(path: string): Promise<string> {
  const sum = createHash('sha256');
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) {
    for await (const part of createReadStream(path)) sum.update(part);
    return sum.digest('hex');
  }
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) sum.update(`${file.slice(path.length)}\0${await sumOf(file)}\n`);
  return sum.digest('hex');
}
