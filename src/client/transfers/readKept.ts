import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { Log } from '../../base/log.ts';
import type { Kept } from './entry.ts';
import { parseList } from './kept.ts';
import { maxListBytes } from './limits.ts';

/**
 * The downloads of earlier starts; none where there is no file. One that cannot be read or is no list is put aside, under the name
 * with `.broken` at its end: what was saved is there all the same. Never fails.
 */
export async function readKept(file: string, log: Log): Promise<Kept[]> {
  try {
    const text = await read(file);
    return text === undefined ? [] : parseList(text);
  } catch (error) {
    const aside = `${file}.broken`;
    log.warn({ file, aside, error }, 'the list of downloads cannot be read and is put aside: it begins anew');
    await rename(file, aside).catch((error: unknown) => {
      log.warn({ file, error }, 'the list of downloads could not be put aside');
    });
    return [];
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    // A pipe in its place has no other end to wait for.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await file.stat();
    if (!stats.isFile()) throw new TypeError('it is no file');
    if (stats.size > maxListBytes) throw new TypeError(`it has more than ${maxListBytes} bytes`);
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
