import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../../../../web/page/Dialog.tsx';
import { FileIcon, FolderIcon } from '../../../../../web/page/icons.tsx';
import { countText, sizeText } from '../../../../../web/page/texts.ts';
import { Problem, problemText } from '../calls/problem.ts';
import { Refusal } from '../shell/Refusal.tsx';
import { useApp } from '../state/useApp.ts';
import type { DroppedFile } from './dropped.ts';
import { putFile } from './putFile.ts';
import { sendDrop } from './sendDrop.ts';
import { Terms } from './Terms.tsx';
import { noTerms, readTerms } from './terms.ts';

/** Names that are shown of what was dropped; the others are counted. */
const namesShown = 5;

/** Asks for the terms of what was dropped, sends it over, and shares it. */
export function DropDialog({ files, onClose }: { files: readonly DroppedFile[]; onClose(): void }): VNode {
  const { calls, token, say } = useApp();
  const [terms, setTerms] = useState(noTerms);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [sent, setSent] = useState<number>();
  const sending = useRef<AbortController>(undefined);
  useEffect(() => () => sending.current?.abort(), []);
  const total = files.reduce((sum, { file }) => sum + file.size, 0);

  const publish = async (): Promise<void> => {
    const read = readTerms(terms);
    if ('wrong' in read) return setWrong(read.wrong);
    const controller = new AbortController();
    sending.current = controller;
    setWrong({});
    setSent(0);
    const put = putFile(token);
    try {
      await sendDrop({ files, terms: read.terms, calls, put, sent: setSent, signal: controller.signal });
      say('good', `${countText(files.length, 'file is', 'files are')} published.`, { hash: '#/publish', text: 'Show' });
      onClose();
    } catch (error) {
      if (!controller.signal.aborted) {
        setWrong({ ...(error instanceof Problem ? error.fields : {}), all: problemText(error) });
      }
      setSent(undefined);
    }
  };

  return (
    <Dialog title={`Publish ${countText(files.length, 'file', 'files')}, ${sizeText(total)}`} onClose={onClose}>
      <Names files={files} />
      {sent === undefined ? (
        <Terms terms={terms} change={setTerms} wrong={wrong} />
      ) : (
        <label class="hashing">
          <progress value={sent} max={Math.max(1, total)} />
          <span>
            {sizeText(sent)} of {sizeText(total)} copied into the share folder
          </span>
        </label>
      )}
      <Refusal why={wrong['all']} />
      <div class="row">
        <button type="button" class="primary" disabled={sent !== undefined} onClick={() => void publish()}>
          {sent === undefined ? 'Publish' : 'Publishing …'}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}

/** What each of them is shared as: a file, or the folder that it came in. */
function Names({ files }: { files: readonly DroppedFile[] }): VNode {
  const names = [...new Set(files.map(({ path }) => path.replace(/\/.*$/s, '/')))];
  return (
    <ul class="stack tight">
      {names.slice(0, namesShown).map((name) => (
        <li key={name} class="row nowrap">
          {name.endsWith('/') ? <FolderIcon /> : <FileIcon />}
          <bdi>{name.replace(/\/$/, '')}</bdi>
        </li>
      ))}
      {names.length > namesShown && <li class="soft">and {names.length - namesShown} more</li>}
    </ul>
  );
}
