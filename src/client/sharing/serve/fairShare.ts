import type { Downloader } from './downloader.ts';
import type { Flow } from './flow.ts';

/** An upload that is under way. */
export interface Upload extends Downloader {
  /** When it had its first turn, monotonic milliseconds; nothing before that. */
  readonly begunAt?: number | undefined;
  /** Bytes that the reader has to take, and since when, monotonic milliseconds. */
  readonly given: number;
  readonly since: number;
  readonly flow: Pick<Flow, 'recent'>;
}

/** Where somebody is to be fitted in. */
export interface Place {
  newcomer: Downloader;
  /** Where his address has as many as it may: another of the same address has to make room then. */
  within: 'all' | 'address';
  now: number;
  stalledMs: number;
  yieldAfterMs: number;
}

/**
 * Which of the uploads that take all places makes room for a newcomer: one whose reader takes nothing; else the slowest
 * of whoever has most, by address, then by key. That only of one who still has as many as the newcomer afterwards, so that
 * nobody with a fair share loses anything, and two never push each other out in turns.
 * @returns nothing where all have their share, or what could yield has only begun
 */
export function whoYields<U extends Upload>(all: readonly U[], place: Place): U | undefined {
  const { newcomer, now, stalledMs, yieldAfterMs } = place;
  const own = all.filter(({ address }) => address === newcomer.address);
  const stalled = (place.within === 'all' ? all : own).find(
    ({ given, since }) => given > 0 && now - since >= stalledMs,
  );
  if (stalled !== undefined) return stalled;
  const addresses = place.within === 'all' ? largest(all, ({ address }) => address) : [];
  const others = addresses.filter(({ length }) => length > own.length + 1);
  const mine = own.filter(({ key }) => key === newcomer.key).length;
  const yielding =
    others.length > 0
      ? others.flatMap((uploads) => largest(uploads, ({ key }) => key))
      : largest(own, ({ key }) => key).filter(({ length }) => length > mine + 1);
  let slowest: U | undefined;
  for (const upload of yielding.flat()) {
    if (upload.begunAt === undefined || now - upload.begunAt < yieldAfterMs) continue;
    if (slowest === undefined || upload.flow.recent(now) < slowest.flow.recent(now)) slowest = upload;
  }
  return slowest;
}

/** Grouped; the largest groups alone, which are several where they are of a size. */
function largest<U>(uploads: readonly U[], of: (upload: U) => string): U[][] {
  const groups = new Map<string, U[]>();
  for (const upload of uploads) {
    const group = groups.get(of(upload));
    if (group === undefined) groups.set(of(upload), [upload]);
    else group.push(upload);
  }
  const most = Math.max(0, ...Array.from(groups.values(), ({ length }) => length));
  return [...groups.values()].filter(({ length }) => length === most);
}
