import { useEffect, useState } from 'preact/hooks';
import type { DownloadBody, PieceBarBody } from '../../api/bodies.ts';
import { useApp } from '../state/useApp.ts';

/** How often the pieces of one that runs are asked for, milliseconds. */
const everyMs = 1000;

/** Which pieces have come: followed while it runs, asked for once where it rests; nothing where nobody knows. */
export function usePieces({ id, state }: DownloadBody, opened: boolean): PieceBarBody | null {
  const { calls } = useApp();
  const [pieces, setPieces] = useState<PieceBarBody | null>(null);
  const wanted = state === 'running' || state === 'paused' || state === 'failed' || opened;
  useEffect(() => {
    if (!wanted) return;
    const asking = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const answer = await calls.transfer(id, asking.signal).catch(() => undefined);
      if (asking.signal.aborted) return;
      if (answer !== undefined) setPieces(answer.pieces);
      if (state === 'running') timer = setTimeout(ask, everyMs);
    };
    void ask();
    return () => {
      asking.abort();
      clearTimeout(timer);
    };
  }, [id, state, wanted]);
  return pieces;
}
