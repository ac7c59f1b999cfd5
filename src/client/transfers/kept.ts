import { isAbsolute } from 'node:path';
import { isErrorCode } from '../../base/errors.ts';
import { contentId } from '../../base/ids.ts';
import { resourceName, userName } from '../../base/names.ts';
import type { Kept } from './entry.ts';
import { type DownloadState, downloadStates } from './transfers.ts';

/**
 * The list on the disk, as JSON:
 *
 *     { "version": 1, "downloads": [ { "id", "name", "content", "kind", "size", "bytes", "state", "from", "file",
 *       "ifExists", "path", "error": { "code", "message" }, "addedAt", "endedAt", "ranMs" } ] }
 */
const version = 1;

const ways = ['refuse', 'rename', 'overwrite'] as const;
const kinds = ['file', 'folder'] as const;

export function listText(downloads: Iterable<Kept>): string {
  return `${JSON.stringify({ version, downloads: Array.from(downloads, kept) })}\n`;
}

/** Without what an entry has beside. */
function kept(entry: Kept): Kept {
  const { id, name, content, kind, size, bytes, state, from, file, ifExists, path, error, addedAt, endedAt } = entry;
  const ranMs = Math.round(entry.ranMs);
  return { id, name, content, kind, size, bytes, state, from, file, ifExists, path, error, addedAt, endedAt, ranMs };
}

/** What ran or waited when it was written is paused now. @throws where it is not such a list, whole and of this version */
export function parseList(text: string): Kept[] {
  const list = record(JSON.parse(text));
  if (list['version'] !== version) throw new TypeError('it is of another version');
  if (!Array.isArray(list['downloads'])) throw new TypeError('it has no downloads');
  const downloads = list['downloads'].map((row: unknown) => parseRow(record(row)));
  if (new Set(downloads.map(({ id }) => id)).size < downloads.length) throw new TypeError('an id comes twice');
  return downloads;
}

function parseRow(row: Row): Kept {
  const state = oneOf(downloadStates, row['state']);
  return {
    id: matching(/^[0-9a-f]{8}$/, row['id']),
    name: resourceName(string(row['name'])),
    content: orNull(row['content'], (value) => contentId(string(value))),
    kind: oneOf(kinds, row['kind']),
    size: orNull(row['size'], amount),
    bytes: amount(row['bytes']),
    state: stopped(state),
    from: userName(string(row['from'])),
    file: absolute(row['file']),
    ifExists: oneOf(ways, row['ifExists']),
    path: orNull(row['path'], absolute),
    error: orNull(row['error'], parseError),
    addedAt: amount(row['addedAt']),
    endedAt: orNull(row['endedAt'], amount),
    ranMs: amount(row['ranMs']),
  };
}

const stopped = (state: DownloadState): DownloadState => (state === 'queued' || state === 'running' ? 'paused' : state);

function parseError(value: unknown): NonNullable<Kept['error']> {
  const { code, message } = record(value);
  const known = string(code);
  if (!isErrorCode(known)) throw new TypeError('an error has a code that there is not');
  return { code: known, message: string(message) };
}

type Row = Readonly<Partial<Record<string, unknown>>>;

const isRecord = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

function record(value: unknown): Row {
  if (!isRecord(value)) throw new TypeError('there is no object where one has to be');
  return value;
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('there is no text where one has to be');
  return value;
}

function matching(pattern: RegExp, value: unknown): string {
  const text = string(value);
  if (!pattern.test(text)) throw new TypeError('an id has another form');
  return text;
}

function absolute(value: unknown): string {
  const path = string(value);
  if (!isAbsolute(path) || path.includes('\0')) throw new TypeError('a path is not absolute');
  return path;
}

/** Bytes or milliseconds. */
function amount(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new TypeError('a number is none');
  return value;
}

function oneOf<T extends string>(words: readonly T[], value: unknown): T {
  const word = words.find((one) => one === value);
  if (word === undefined) throw new TypeError('there is a word that is not known');
  return word;
}

const orNull = <T>(value: unknown, parse: (value: unknown) => T): T | null => (value === null ? null : parse(value));
