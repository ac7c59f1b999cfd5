import { readFile, rename, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { asRollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { resourceName, userName } from '../../base/names.ts';
import type { Share } from './daemon.ts';
import { maxShares, maxShelfBytes } from './limits.ts';

/**
 * What is shared, on the disk, as JSON:
 *
 *     { "version": 1, "shares": [ { "name", "path", "description", "to": [], "sharedAt" } ] }
 */
const version = 1;

/** What is kept of a share over starts. */
export type KeptShare = Pick<Share, 'name' | 'path' | 'description' | 'to' | 'sharedAt'>;

export function shelfText(shares: Iterable<KeptShare>): string {
  const kept = Array.from(shares, ({ name, path, description, to, sharedAt }) => ({
    name,
    path,
    description,
    to,
    sharedAt,
  }));
  return `${JSON.stringify({ version, shares: kept }, undefined, 2)}\n`;
}

/**
 * The shares of earlier starts; none where there is no file. One that is no such list is put aside, under the name with
 * `.broken` at its end, so that a person can mend it. Never fails.
 */
export async function readShelf(file: string, log: Log): Promise<KeptShare[]> {
  try {
    const { size } = await stat(file);
    if (size > maxShelfBytes) throw new TypeError(`it has more than ${maxShelfBytes} bytes`);
    return parseShelf(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    const aside = `${file}.broken`;
    log.warn({ file, aside, error }, 'the list of what is shared cannot be read and is put aside: it begins anew');
    await rename(file, aside).catch((cause: unknown) => {
      log.warn({ file, error: asRollcallError(cause).message }, 'the list of what is shared could not be put aside');
    });
    return [];
  }
}

/** @throws where it is not such a list, whole and of this version */
function parseShelf(text: string): KeptShare[] {
  const list = record(JSON.parse(text));
  if (list['version'] !== version) throw new TypeError('it is of another version');
  const shares = array(list['shares'])
    .slice(0, maxShares)
    .map((row) => parseRow(record(row)));
  if (new Set(shares.map(({ name }) => name)).size < shares.length) throw new TypeError('a name comes twice');
  return shares;
}

function parseRow(row: Row): KeptShare {
  const path = string(row['path']);
  if (!isAbsolute(path) || path.includes('\0')) throw new TypeError('a path is not absolute');
  const sharedAt = row['sharedAt'];
  if (typeof sharedAt !== 'number' || !Number.isFinite(sharedAt)) throw new TypeError('a time is none');
  return {
    name: resourceName(string(row['name'])),
    path,
    description: string(row['description']),
    to: array(row['to']).map((user) => userName(string(user))),
    sharedAt,
  };
}

type Row = Readonly<Partial<Record<string, unknown>>>;

const isRecord = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

function record(value: unknown): Row {
  if (!isRecord(value)) throw new TypeError('there is no object where one has to be');
  return value;
}

function array(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('there is no list where one has to be');
  return value;
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('there is no text where one has to be');
  return value;
}
