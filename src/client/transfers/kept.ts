import { isErrorCode } from '../../base/errors.ts';
import { contentId } from '../../base/ids.ts';
import { type JsonObject, jsonAmount, jsonList, jsonObject, jsonPath, jsonText } from '../../base/jsonParts.ts';
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
  const list = jsonObject(JSON.parse(text));
  if (list['version'] !== version) throw new TypeError('it is of another version');
  const downloads = jsonList(list['downloads']).map((row) => parseRow(jsonObject(row)));
  if (new Set(downloads.map(({ id }) => id)).size < downloads.length) throw new TypeError('an id comes twice');
  return downloads;
}

function parseRow(row: JsonObject): Kept {
  const state = oneOf(downloadStates, row['state']);
  return {
    id: matching(/^[0-9a-f]{8}$/, row['id']),
    name: resourceName(jsonText(row['name'])),
    content: orNull(row['content'], (value) => contentId(jsonText(value))),
    kind: oneOf(kinds, row['kind']),
    size: orNull(row['size'], jsonAmount),
    bytes: jsonAmount(row['bytes']),
    state: stopped(state),
    from: userName(jsonText(row['from'])),
    file: jsonPath(row['file']),
    ifExists: oneOf(ways, row['ifExists']),
    path: orNull(row['path'], jsonPath),
    error: orNull(row['error'], parseError),
    addedAt: jsonAmount(row['addedAt']),
    endedAt: orNull(row['endedAt'], jsonAmount),
    ranMs: jsonAmount(row['ranMs']),
  };
}

const stopped = (state: DownloadState): DownloadState => (state === 'queued' || state === 'running' ? 'paused' : state);

function parseError(value: unknown): NonNullable<Kept['error']> {
  const { code, message } = jsonObject(value);
  const known = jsonText(code);
  if (!isErrorCode(known)) throw new TypeError('an error has a code that there is not');
  return { code: known, message: jsonText(message) };
}

function matching(pattern: RegExp, value: unknown): string {
  const text = jsonText(value);
  if (!pattern.test(text)) throw new TypeError('an id has another form');
  return text;
}

function oneOf<T extends string>(words: readonly T[], value: unknown): T {
  const word = words.find((one) => one === value);
  if (word === undefined) throw new TypeError('there is a word that is not known');
  return word;
}

const orNull = <T>(value: unknown, parse: (value: unknown) => T): T | null => (value === null ? null : parse(value));
