import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { FileIcon, FolderIcon, ShareIcon } from '../../../../../web/page/icons.tsx';
import { useStore } from '../state/useApp.ts';
import { Chooser } from './Chooser.tsx';
import type { DroppedFile } from './dropped.ts';
import { offerDrop } from './dropStore.ts';
import { Shares } from './Shares.tsx';

/** What we share, and how to share more. */
export function Publish(): VNode {
  const [choosing, setChoosing] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const shareFolder = useStore((state) => state.settings?.shareFolder);
  return (
    <div class="stack">
      <h1>Publish</h1>
      <section class="panel publish-ways" aria-label="Ways to publish">
        <div class="way">
          <FolderIcon size={24} />
          <h2>From this machine</h2>
          <p class="soft">Shared from where it is; nothing is copied.</p>
          <button type="button" class="primary" onClick={() => setChoosing(true)}>
            Choose files or folders
          </button>
        </div>
        <div class="way">
          <ShareIcon size={24} />
          <h2>Drop it here</h2>
          <p class="soft">
            Anywhere on the page. It is copied into the share folder
            {shareFolder !== undefined && (
              <>
                {' '}
                <code>
                  <bdi>{shareFolder}</bdi>
                </code>
              </>
            )}
            .
          </p>
          <button type="button" onClick={() => files.current?.click()}>
            <FileIcon /> Pick with the browser
          </button>
          <input
            ref={files}
            type="file"
            multiple
            hidden
            aria-label="Files to publish"
            onChange={(event) => {
              offerDrop(ofInput(event.currentTarget.files));
              event.currentTarget.value = '';
            }}
          />
        </div>
      </section>
      <Shares />
      {choosing && <Chooser onClose={() => setChoosing(false)} />}
    </div>
  );
}

/** What was picked with the browser's own chooser. */
const ofInput = (files: FileList | null): DroppedFile[] =>
  [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
