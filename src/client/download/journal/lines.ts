import { hash } from 'node:crypto';
import { type ContentId, contentId } from '../../../base/ids.ts';
import type { PieceRun } from '../../../base/layout.ts';
import type { ResourceKind } from '../../../base/roll.ts';

/**
 * The journal of a download: lines of text, each after the first 16 hex digits of the SHA-256 of the rest.
 *
 *     <check> rollcall-journal/2 file <content id> <bytes>
 *     <check> part <inode of the temporary file or folder>
 *     <check> pieces <first> <count>
 *     <check> gone <first> <count>
 *
 * Pieces are numbered through the whole stream of the content. A line of pieces is written after they have been synced.
 * The first line that does not check ends what is believed.
 */
export interface JournalHeader {
  kind: ResourceKind;
  id: ContentId;
  /** Bytes, of a folder's files together. */
  size: number;
}

export interface JournalText extends JournalHeader {
  /** Nothing where the start was cut off before the temporary was made. */
  inode: bigint | undefined;
  runs: PieceRun[];
  /** Bytes that are believed: what comes after them is torn. */
  goodBytes: number;
}

const check = (text: string): string => hash('sha256', text).slice(0, 16);
const line = (text: string): string => `${check(text)} ${text}\n`;

export const headerLine = ({ kind, id, size }: JournalHeader): string =>
  line(`rollcall-journal/2 ${kind} ${id} ${size}`);

export const partLine = (inode: bigint): string => line(`part ${inode}`);

export const runLine = ({ first, count }: PieceRun): string => line(`pieces ${first} ${count}`);

export const goneLine = ({ first, count }: PieceRun): string => line(`gone ${first} ${count}`);

/** Nothing where it is not the start of a journal of ours. */
export function parseJournal(text: string): JournalText | undefined {
  const lines = text.split('\n');
  // What follows the last newline was not written to its end.
  lines.pop();
  const header = /^rollcall-journal\/2 (file|folder) ([0-9a-f]{64}) (\d{1,16})$/.exec(checked(lines[0]) ?? '');
  if (header?.[2] === undefined) return undefined;
  const journal: JournalText = {
    kind: header[1] === 'folder' ? 'folder' : 'file',
    id: contentId(header[2]),
    size: Number(header[3]),
    inode: undefined,
    runs: [],
    goodBytes: 0,
  };
  for (const [at, one] of lines.entries()) {
    const said = checked(one);
    if (said === undefined || (at > 0 && !follow(journal, said))) break;
    journal.goodBytes += one.length + 1;
  }
  return journal;
}

function checked(line: string | undefined): string | undefined {
  const said = line?.slice(17);
  return said !== undefined && line === `${check(said)} ${said}` ? said : undefined;
}

/** Takes one line after the header; false where it is none. */
function follow(journal: JournalText, said: string): boolean {
  const part = /^part (\d{1,20})$/.exec(said);
  if (part?.[1] !== undefined) {
    journal.inode = BigInt(part[1]);
    return true;
  }
  const match = /^(pieces|gone) (\d{1,9}) (\d{1,9})$/.exec(said);
  if (match === null) return false;
  const run = { first: Number(match[2]), count: Number(match[3]) };
  if (match[1] === 'pieces') journal.runs.push(run);
  else journal.runs = journal.runs.flatMap((there) => without(there, run));
  return true;
}

/** What is left of a run without the pieces of another. */
function without(run: PieceRun, gone: PieceRun): PieceRun[] {
  const end = run.first + run.count;
  const goneEnd = gone.first + gone.count;
  const before = { first: run.first, count: Math.min(end, gone.first) - run.first };
  const after = { first: Math.max(run.first, goneEnd), count: end - Math.max(run.first, goneEnd) };
  return [before, after].filter(({ count }) => count > 0);
}
