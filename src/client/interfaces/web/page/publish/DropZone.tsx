import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ShareIcon } from '../../../../../web/page/icons.tsx';
import { problemText } from '../calls/problem.ts';
import { useApp } from '../state/useApp.ts';
import { DropDialog } from './DropDialog.tsx';
import { type DroppedFile, type Entry, walkEntries } from './dropped.ts';
import { showDrops } from './dropStore.ts';

/** Takes what is dropped anywhere on the page. */
export function DropZone(): VNode {
  const { say } = useApp();
  const [over, setOver] = useState(false);
  const [files, setFiles] = useState<DroppedFile[]>();
  useEffect(() => showDrops(setFiles), []);
  useEffect(() => {
    let depth = 0;
    const carries = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent): void => {
      if (!carries(event)) return;
      event.preventDefault();
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (!carries(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (event: DragEvent): void => {
      if (carries(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (!carries(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      walkEntries(entriesOf(event.dataTransfer)).then(
        (found) => found.length > 0 && setFiles(found),
        (error) => say('bad', problemText(error)),
      );
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', hover);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', hover);
      removeEventListener('drop', drop);
    };
  }, []);
  return (
    <>
      {over && (
        <div class="drop-over">
          <div class="drop-text">
            <ShareIcon size={40} />
            Drop it to publish it
          </div>
        </div>
      )}
      {files !== undefined && <DropDialog files={files} onClose={() => setFiles(undefined)} />}
    </>
  );
}

/** They have to be taken while the event is told: afterwards the browser forgets them. */
function entriesOf(carried: DataTransfer | null): Entry[] {
  return [...(carried?.items ?? [])].flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    // A browser's entry has every member of ours, each where its kind has it.
    if (entry !== null) return [entry as Entry];
    // What comes from another program may be a file without a place.
    const file = item.getAsFile();
    return file === null ? [] : [{ isFile: true, isDirectory: false, name: file.name, file: (found) => found(file) }];
  });
}
