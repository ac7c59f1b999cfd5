import type { PieceRun } from '../../../base/layout.ts';
import type { Random } from '../../../base/random.ts';
import type { Board } from './board.ts';
import { firstAskBytes, minRarestLooks, rarestLooks } from './limits.ts';
import { nextIn, nextOut, type Selection } from './pieceSet.ts';

/**
 * Of the selected pieces one that the fewest partial owners have, ties at random, and those after it that are no less
 * rare, up to `bytes` in all. Rarest first keeps every piece alive and everybody with something to trade (Cohen,
 * "Incentives Build Robustness in BitTorrent", 2003, section 2.4.2). Where there are many places it compares those
 * behind a random one. Small pieces are taken from the edge of their MiB on, so that no crumbs are left between.
 */
export function rarest(board: Board, selection: Selection, bytes: number, random: Random): PieceRun | undefined {
  const first = pick(board, selection, random);
  if (first === undefined) return undefined;
  const { count } = board.spans.fit(first, nextOut(selection, first), bytes);
  const rarity = board.rarity(first);
  let end = first + 1;
  while (end < first + count && board.rarity(end) <= rarity) end++;
  return { first, count: end - first };
}

function pick(board: Board, selection: Selection, random: Random): number | undefined {
  const { spans } = board;
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  let ties = 0;
  const origin = edge(board, Math.floor(random() * spans.count));
  let wrapped = false;
  const most = Math.max(minRarestLooks, rarestLooks / spans.count);
  for (let looks = 0, piece = nextIn(selection, origin); looks < most; looks++) {
    if (piece >= (wrapped ? origin : spans.count)) {
      if (wrapped) break;
      wrapped = true;
      piece = nextIn(selection, 0);
      if (piece >= origin) break;
    }
    const rarity = board.rarity(piece);
    ties = rarity < least ? 1 : ties + 1;
    if (rarity < least || (rarity === least && random() * ties < 1)) best = piece;
    least = Math.min(least, rarity);
    piece = nextIn(selection, edgeAfter(board, piece));
  }
  return best;
}

/** The first piece of the MiB of the stream that a piece starts in. */
const edge = ({ spans }: Board, piece: number): number =>
  Math.min(piece, spans.from(Math.floor(spans.start(piece) / firstAskBytes) * firstAskBytes));

const edgeAfter = ({ spans }: Board, piece: number): number =>
  spans.length(piece) >= firstAskBytes
    ? piece + 1
    : Math.min(spans.count, spans.from((Math.floor(spans.start(piece) / firstAskBytes) + 1) * firstAskBytes));
