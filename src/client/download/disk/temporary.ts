import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, every } from '../../../base/clock.ts';
import { layoutOf, type PieceRun } from '../../../base/layout.ts';
import type { Log } from '../../../base/log.ts';
import { Journal } from '../journal/journal.ts';
import type { JournalHeader } from '../journal/lines.ts';
import { abandonedMs, touchMs } from '../limits.ts';
import { Pieces } from '../plan/pieces.ts';
import type { Claimant } from './claimant.ts';
import { type Disk, systemCode, tolerate } from './disk.ts';
import { journalName, parseJournalName, partName, stemOf } from './names.ts';
import { unwritable } from './space.ts';

/** Where temporaries are kept, and by whom. */
export interface Shelf {
  disk: Disk;
  /** The folder that the target will be in. */
  folder: string;
  claimant: Claimant;
  clock: Clock;
  log: Log;
}

/** A file or folder on its way, with its journal, held by this run alone. */
export interface Temporary {
  stem: string;
  /** The hidden file or folder. */
  path: string;
  journal: Journal;
  /** What an earlier run left, verified and synced. */
  runs: readonly PieceRun[];
  /** Makes the hidden file, of which nothing has come, a clone of another. False where the system cannot. */
  cloneFrom(path: string): Promise<boolean>;
  /** Lets go of it, for a later start to go on with. */
  release(): Promise<void>;
  /** Removes the journal: the temporary was published. */
  drop(): Promise<void>;
  /** Removes both. */
  discard(): Promise<void>;
}

const gone = ['ENOENT'] as const;
/** A rename that somebody else was faster with, or that this user may not do. */
const notOurs = ['ENOENT', 'EPERM', 'EACCES', 'EBUSY'] as const;

/**
 * Goes on with what an earlier run left of this content, if anything fits. The claim is a rename of the journal, which
 * only one of several can win; should two runs ever hold one all the same, both write verified bytes of the same
 * content to the same places.
 */
export async function claimTemporary(shelf: Shelf, header: JournalHeader): Promise<Temporary | undefined> {
  const { disk, folder, claimant, log } = shelf;
  for (const name of (await disk.list(folder)).sort()) {
    const found = parseJournalName(name, header.id);
    if (found === undefined || (await isHeld(shelf, name))) continue;
    const path = join(folder, journalName(found.stem, claimant.run));
    try {
      await disk.rename(join(folder, name), path);
      await disk.touch(path, shelf.clock.wall());
    } catch (error) {
      tolerate(error, ...notOurs);
      continue;
    }
    const temporary = await reopen(shelf, found.stem, path, header);
    if (temporary !== undefined) return temporary;
    log.warn(
      { temporary: join(folder, found.stem) },
      'what is left of an earlier download does not fit, and is removed',
    );
    await removeBoth(disk, folder, found.stem, path, header);
  }
  return undefined;
}

/**
 * Makes a fresh one: the journal first, since a file without a journal is never swept.
 * @throws RollcallError `usage` where the system takes no file in the folder, as Linux does in /proc
 */
export async function makeTemporary(shelf: Shelf, header: JournalHeader): Promise<Temporary> {
  const { disk, folder, claimant } = shelf;
  const stem = stemOf(header.id, randomBytes(4).toString('hex'));
  const path = join(folder, partName(stem, header.kind));
  const journalPath = join(folder, journalName(stem, claimant.run));
  const journal = await Journal.make(disk, journalPath, header).catch((error: unknown) => {
    throw systemCode(error) === 'ENOENT' ? unwritable(folder, error) : error;
  });
  try {
    // For nobody else to see until it is whole.
    if (header.kind === 'folder') await disk.makeFolder(path, 0o700);
    else await (await disk.open(path, 'make', 0o600)).close();
    await bind(disk, journal, path);
    return temporary(shelf, { stem, path, journalPath, journal, runs: [] }, header);
  } catch (error) {
    await journal.close();
    await removeBoth(disk, folder, stem, journalPath, header);
    throw error;
  }
}

async function bind(disk: Disk, journal: Journal, path: string): Promise<void> {
  const made = await disk.entry(path);
  await journal.bind(made?.inode ?? 0n);
}

/** True where a run that lives is at it. */
export async function isHeld({ disk, folder, claimant, clock }: Shelf, name: string): Promise<boolean> {
  const run = parseJournalName(name)?.run;
  if (run === undefined || !claimant.lives(run)) return false;
  // A later process may have got the same id: a run that lives touches its journal.
  const entry = await disk.entry(join(folder, name));
  const ourselves = run.pid === claimant.run.pid;
  return entry !== undefined && (ourselves || Math.abs(clock.wall() - entry.modifiedMs) < abandonedMs);
}

async function reopen(
  shelf: Shelf,
  stem: string,
  journalPath: string,
  header: JournalHeader,
): Promise<Temporary | undefined> {
  const opened = await Journal.reopen(shelf.disk, journalPath);
  if (opened === undefined) return undefined;
  const { journal, text } = opened;
  const path = join(shelf.folder, partName(stem, header.kind));
  const entry = await shelf.disk.entry(path);
  const fits =
    text.kind === header.kind &&
    text.id === header.id &&
    text.size === header.size &&
    entry?.kind === header.kind &&
    entry.ours &&
    entry.inode === text.inode &&
    (header.kind === 'folder' || holds(entry.size, header.size, text.runs));
  if (!fits || text.inode === undefined) {
    await journal.close();
    return undefined;
  }
  return temporary(shelf, { stem, path, journalPath, journal, runs: text.runs }, header);
}

/** True where a file of `bytes` can be what the journal says of a content of `size` bytes. */
function holds(bytes: number, size: number, runs: readonly PieceRun[]): boolean {
  const pieces = new Pieces(layoutOf([size]));
  for (const run of runs) pieces.addRun(run);
  return bytes >= pieces.endIn(0) && bytes <= size;
}

type Parts = Pick<Temporary, 'stem' | 'path' | 'journal' | 'runs'> & { journalPath: string };

function temporary(
  { disk, folder, clock, log }: Shelf,
  { journalPath, ...parts }: Parts,
  header: JournalHeader,
): Temporary {
  const { stem, journal } = parts;
  const touching = every(clock, touchMs, () => {
    disk.touch(journalPath, clock.wall()).catch((error: unknown) => {
      log.debug({ journal: journalPath, error }, 'the journal could not be touched');
    });
  });
  const close = async (): Promise<void> => {
    touching[Symbol.dispose]();
    await journal.close();
  };
  return {
    ...parts,
    async cloneFrom(from) {
      await disk.unlink(parts.path);
      const cloned = await disk.clone(from, parts.path);
      if (cloned) await disk.chmod(parts.path, 0o600);
      else await (await disk.open(parts.path, 'make', 0o600)).close();
      await bind(disk, journal, parts.path);
      return cloned;
    },
    async release() {
      await close();
      await disk.rename(journalPath, join(folder, journalName(stem)));
    },
    async drop() {
      await close();
      await remove(disk, journalPath);
    },
    async discard() {
      await close();
      await removeBoth(disk, folder, stem, journalPath, header);
    },
  };
}

/** The journal last: while it is there, the other can be found and swept. */
export async function removeBoth(
  disk: Disk,
  folder: string,
  stem: string,
  journalPath: string,
  { kind }: Pick<JournalHeader, 'kind'>,
): Promise<void> {
  const path = join(folder, partName(stem, kind));
  if (kind === 'file') await remove(disk, path);
  else await disk.removeFolder(path).catch((error: unknown) => tolerate(error, ...gone));
  await remove(disk, journalPath);
}

const remove = (disk: Disk, path: string): Promise<void> =>
  disk.unlink(path).catch((error: unknown) => tolerate(error, ...gone));
