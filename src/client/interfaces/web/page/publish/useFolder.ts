import { useEffect, useState } from 'preact/hooks';
import type { FolderBody } from '../../api/bodies.ts';
import { problemText } from '../calls/problem.ts';
import { useApp } from '../state/useApp.ts';

/** The folder that one has gone to; the one before stays where that cannot be read. */
export function useFolder(): { folder: FolderBody | undefined; failed: string | undefined; go(path: string): void } {
  const { calls } = useApp();
  const [path, setPath] = useState<string>();
  const [folder, setFolder] = useState<FolderBody>();
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    const asking = new AbortController();
    calls.folder(path, asking.signal).then(
      (found) => {
        setFolder(found);
        setFailed(undefined);
      },
      (error) => {
        if (!asking.signal.aborted) setFailed(problemText(error));
      },
    );
    return () => asking.abort();
  }, [path]);
  return { folder, failed, go: setPath };
}
