import type { ContentBody } from '../../api/bodies.ts';
import { problemText } from '../calls/problem.ts';
import { useApp } from '../state/useApp.ts';

/** Starts a download: of this owner alone to begin with, or of all who have it. */
export type StartDownload = (row: ContentBody, from?: string) => Promise<void>;

export function useDownload(): StartDownload {
  const { calls, say } = useApp();
  return async (row, from) => {
    // Nobody vouches for what has no id: then it is one owner's file.
    const asked = from ?? (row.id === null ? row.owners[0]?.user : undefined);
    try {
      const found = await calls.download({
        name: row.name,
        ...(row.id === null ? {} : { id: row.id }),
        ...(asked === undefined ? {} : { from: asked }),
        ifExists: 'rename',
      });
      const how = found.state === 'queued' ? 'waits for its turn' : 'is on its way';
      say('plain', `“${row.name}” ${how}.`, { hash: '#/transfers', text: 'Show' });
    } catch (error) {
      say('bad', problemText(error));
    }
  };
}
