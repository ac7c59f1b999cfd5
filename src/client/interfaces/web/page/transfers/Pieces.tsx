import type { VNode } from 'preact';
import type { PieceBarBody } from '../../api/bodies.ts';
import { pieceRuns, shades } from './pieceRuns.ts';

export interface PiecesProps {
  pieces: PieceBarBody | null;
  /** 0 to 1: what has come in all; drawn where the pieces are not known. */
  share: number;
  resting: boolean;
}

/** The parts of a content that are here, from its beginning to its end, and below them how much that is in all. */
export function Pieces({ pieces, share, resting }: PiecesProps): VNode {
  const cells = pieces?.cells.length ?? 0;
  const runs = pieces === null ? [] : pieceRuns(pieces.cells);
  return (
    <svg
      class={`pieces ${resting ? 'resting' : ''}`}
      viewBox="0 0 1000 14"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="ground" width="1000" height={cells > 0 ? 10 : 14} />
      {cells > 0 ? (
        <>
          {runs.map(({ at, length, shade }) => (
            <rect
              key={at}
              class="have"
              x={(1000 * at) / cells}
              width={(1000 * length) / cells}
              height="10"
              opacity={shade / shades}
            />
          ))}
          <rect class="ground" y="11.5" width="1000" height="2.5" />
          <rect class="have" y="11.5" width={1000 * share} height="2.5" />
        </>
      ) : (
        <rect class="have" width={1000 * share} height="14" />
      )}
    </svg>
  );
}
