import { extname, join, parse } from 'node:path';
import type { ContentId } from '../../../base/ids.ts';
import { maxNameBytes } from '../../../base/names.ts';
import type { ResourceKind } from '../../../base/roll.ts';
import { maxNumbered } from '../limits.ts';
import type { Run } from './claimant.ts';

/**
 * Our hidden names beside a target. A content may have several temporaries, told apart by a random tag, since two
 * downloads of it may go on at once.
 *
 *     .rollcall-<16 digits of the content id>-<tag>.part                       the file on its way
 *     .rollcall-<16 digits of the content id>-<tag>.parts                      the folder on its way
 *     .rollcall-<16 digits of the content id>-<tag>.old                        a folder that is being replaced
 *     .rollcall-<16 digits of the content id>-<tag>.journal                    what is there of it; nobody is at it
 *     .rollcall-<16 digits of the content id>-<tag>.<pid>-<nonce>.journal      the same, while that run is at it
 */
export interface JournalName {
  /** What all the names of one temporary start with. */
  stem: string;
  run: Run | undefined;
}

export const stemOf = (id: ContentId, tag: string): string => `.rollcall-${id.slice(0, 16)}-${tag}`;

export const partName = (stem: string, kind: ResourceKind): string => `${stem}.${kind === 'file' ? 'part' : 'parts'}`;

export const oldName = (stem: string): string => `${stem}.old`;

export const journalName = (stem: string, run?: Run): string =>
  run === undefined ? `${stem}.journal` : `${stem}.${run.pid}-${run.nonce}.journal`;

/** Nothing where it is no journal's name; of another content than `id`, where one is given. */
export function parseJournalName(name: string, id?: ContentId): JournalName | undefined {
  const match = /^(\.rollcall-([0-9a-f]{16})-[0-9a-f]{8})(?:\.(\d{1,10})-([0-9a-f]{8}))?\.journal$/.exec(name);
  if (match?.[1] === undefined || (id !== undefined && match[2] !== id.slice(0, 16))) return undefined;
  const run = match[4] === undefined ? undefined : { pid: Number(match[3]), nonce: match[4] };
  return { stem: match[1], run };
}

/** The path itself, then `name (2).ext`, `name (3).ext` and so on; a folder's name has no extension. */
export function* numbered(path: string, kind: ResourceKind): Generator<string> {
  yield path;
  const { dir, base } = parse(path);
  const extension = kind === 'file' ? extname(base) : '';
  const stem = base.slice(0, base.length - extension.length);
  for (let number = 2; number <= maxNumbered; number++) {
    const end = ` (${number})${extension}`;
    yield join(dir, cutTo(stem, maxNameBytes - Buffer.byteLength(end)) + end);
  }
}

function cutTo(text: string, bytes: number): string {
  const characters = [...text];
  while (characters.length > 1 && Buffer.byteLength(characters.join('')) > bytes) characters.pop();
  return characters.join('');
}
