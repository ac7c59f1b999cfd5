import type { Home } from './disk/home.ts';
import { requireSpace } from './disk/space.ts';
import type { Temporary } from './disk/temporary.ts';
import { batchesFor, finish, type Job } from './job.ts';
import type { JournalHeader } from './journal/lines.ts';
import { recheckBytes } from './limits.ts';
import { passingOn } from './passing.ts';
import type { Pieces } from './plan/pieces.ts';
import { ContentTarget } from './write/contentTarget.ts';
import { type Local, recheck, reuse, verifyWhole } from './write/local.ts';
import type { WantedContent } from './write/wantedContent.ts';

/** A content on its way from its temporary to its name. */
export interface Completing {
  header: JournalHeader;
  temporary: Temporary;
  /** What the temporary was before. `cloned`: a copy of what is to be replaced. */
  was: 'begun' | 'empty' | 'cloned';
  content: WantedContent;
  /** Those that the journal says are there. */
  pieces: Pieces;
  home: Home;
  /** Gives it its name; returns its path. */
  publish(): Promise<string>;
}

/** Fetches all that is missing and publishes it; returns its path. Others get what has come. */
export async function complete(job: Job, completing: Completing): Promise<string> {
  const { ports, shelf, crowd, tally, buffers } = job;
  const { header, temporary, content, home, publish } = completing;
  const batches = batchesFor(job, temporary);
  const target = new ContentTarget({ ...completing, disk: shelf.disk, writer: ports.writer, buffers, batches });
  job.request.onView?.({
    pieces: () => ({ count: target.layout.count, runs: target.runs() }),
    from: () => tally.from(),
  });
  try {
    await using passing = passingOn(target, ports.passOn, shelf.log);
    await target.makeEmpty(emptyFiles(content));
    if (!target.whole) await takeWhatIsHere(job, completing, target);
    await requireSpace(shelf.disk, shelf.folder, target.missingBytes);
    await target.prepare();
    if (!target.whole) await crowd.fill(target, (owner, bytes) => tally.fetched(owner, bytes));
    await target.endWriting();
    await batches.flush();
    await home.seal();
    const path = await target.published(publish);
    await finish(job, temporary, header);
    await passing.finished(path);
    return path;
  } catch (error) {
    await target.endWriting();
    // What came is kept. Where the disk fails, that is the reason, whatever else came of it.
    await batches.flush();
    throw error;
  } finally {
    await batches.close();
    await target.close();
  }
}

/** What need not be fetched, since this disk has it. */
async function takeWhatIsHere(job: Job, { was, content, home }: Completing, target: ContentTarget): Promise<void> {
  const { request, shelf, tally } = job;
  const { signal } = request;
  const local: Local = {
    target,
    content,
    home,
    disk: shelf.disk,
    signal,
    resumed: (bytes) => tally.resumed(bytes),
  };
  if (was === 'begun') await recheck(local, recheckBytes);
  if (was === 'cloned') await verifyWhole(local, 0);
  else if (request.ifExists !== 'refuse') await reuse(local, request.target);
}

/** Those of a folder; a file on its own is there from the start. */
const emptyFiles = ({ layout, paths }: WantedContent): number[] =>
  paths === undefined ? [] : layout.files.flatMap((size, file) => (size === 0 ? [file] : []));
