import { RollcallError } from '../base/errors.ts';
import type { PageRequest } from '../base/roll.ts';
import { parsePeerCursor, peerCursor, rowCursor } from './cursor.ts';
import type { Listing, Matches, Peer } from './directory.ts';
import { gather, type View } from './gather.ts';
import { defaultPage } from './limits.ts';
import type { Rows } from './rows.ts';
import type { Seats } from './seats.ts';

/** A page of what a view shows; nothing where there is none. @throws RollcallError `usage` for a bad limit */
export async function pageOfRows(
  rows: Rows,
  view: View | undefined,
  request: PageRequest,
  pause: () => Promise<void>,
): Promise<Matches<Listing>> {
  const limit = pageLimit(request);
  const page: Matches<Listing> = { matches: [], more: false };
  const take = (found: number): boolean => {
    if (page.matches.length === limit) {
      page.more = true;
      return false;
    }
    const row = rows.listing(found);
    const { state, user, session } = row.peer;
    page.matches.push({ row, cursor: rowCursor({ state, name: row.name, id: row.id, user, session }) });
    return true;
  };
  if (view !== undefined) await gather(rows, view, take, pause);
  return page;
}

/** A page of those who are here. @throws RollcallError `usage` for a bad cursor or limit */
export function pageOfPeers(seats: Seats, request: PageRequest): Matches<Peer & { resources: number }> {
  const limit = pageLimit(request);
  const mark = request.cursor === undefined ? undefined : parsePeerCursor(request.cursor);
  const page: Matches<Peer & { resources: number }> = { matches: [], more: false };
  for (const state of mark?.state === 'suspect' ? ['suspect'] : ['alive', 'suspect']) {
    for (const { peer, resources } of seats.behind(mark?.state === state ? mark : undefined)) {
      if (peer.state !== state) continue;
      if (page.matches.length === limit) return { ...page, more: true };
      page.matches.push({ row: { ...peer, resources }, cursor: peerCursor(peer) });
    }
  }
  return page;
}

function pageLimit({ limit = defaultPage }: PageRequest): number {
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new RollcallError('usage', `a page cannot have ${limit} rows: ask for at least 1`);
}
