import { type JsonObject, jsonAmount, jsonList, jsonObject, jsonPath, jsonText } from '../../base/jsonParts.ts';
import { resourceName, userName } from '../../base/names.ts';
import type { Share } from './daemon.ts';
import { maxShares } from './limits.ts';

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

/** @throws where it is not such a list, whole and of this version */
export function parseShelf(text: string): KeptShare[] {
  const list = jsonObject(JSON.parse(text));
  if (list['version'] !== version) throw new TypeError('it is of another version');
  const shares = jsonList(list['shares'])
    .slice(0, maxShares)
    .map((row) => parseRow(jsonObject(row)));
  if (new Set(shares.map(({ name }) => name)).size < shares.length) throw new TypeError('a name comes twice');
  return shares;
}

function parseRow(row: JsonObject): KeptShare {
  return {
    name: resourceName(jsonText(row['name'])),
    path: jsonPath(row['path']),
    description: jsonText(row['description']),
    to: jsonList(row['to']).map((user) => userName(jsonText(user))),
    sharedAt: jsonAmount(row['sharedAt']),
  };
}
