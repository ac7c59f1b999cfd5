import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { Log } from './log.ts';

/** A list that is kept in a file over starts. */
export interface KeptList<Row> {
  file: string;
  /** What it is of, for the log: `downloads`. */
  of: string;
  /** Largest file that is read, bytes. */
  maxBytes: number;
  /** @throws where it is not such a list, whole and of this version */
  parse(text: string): Row[];
  log: Log;
}

/**
 * What earlier starts wrote; nothing where there is no file. One that cannot be read or is no such list is put aside, under
 * the name with `.broken` at its end, so that a person can mend it. Never fails.
 */
export async function readKept<Row>({ file, of, maxBytes, parse, log }: KeptList<Row>): Promise<Row[]> {
  try {
    const text = await read(file, maxBytes);
    return text === undefined ? [] : parse(text);
  } catch (error) {
    const aside = `${file}.broken`;
    log.warn({ file, aside, error }, `the list of ${of} cannot be read and is put aside: it begins anew`);
    await rename(file, aside).catch((cause: unknown) => {
      log.warn({ file, error: cause }, `the list of ${of} could not be put aside`);
    });
    return [];
  }
}

async function read(path: string, maxBytes: number): Promise<string | undefined> {
  try {
    // A pipe in its place has no other end to wait for.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await file.stat();
    if (!stats.isFile()) throw new TypeError('it is no file');
    if (stats.size > maxBytes) throw new TypeError(`it has more than ${maxBytes} bytes`);
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
