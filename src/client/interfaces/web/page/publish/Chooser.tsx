import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../../../../web/page/Dialog.tsx';
import { FileIcon, FolderIcon, UpIcon, WarnIcon } from '../../../../../web/page/icons.tsx';
import { nextRow } from '../../../../../web/page/nextRow.ts';
import { countText, sizeText } from '../../../../../web/page/texts.ts';
import type { FolderBody } from '../../api/bodies.ts';
import { Problem, problemText } from '../calls/problem.ts';
import { Refusal } from '../shell/Refusal.tsx';
import { useApp } from '../state/useApp.ts';
import { Terms } from './Terms.tsx';
import { noTerms, readTerms } from './terms.ts';
import { useFolder } from './useFolder.ts';

/** Rows that Page Up and Down go by. */
const pageRows = 8;

/** Chooses files and folders of this machine, and shares them. */
export function Chooser({ onClose }: { onClose(): void }): VNode {
  const { calls, say } = useApp();
  const { folder, failed, go } = useFolder();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [terms, setTerms] = useState(noTerms);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const toggle = (path: string): void => {
    const next = new Set(picked);
    if (!next.delete(path)) next.add(path);
    setPicked(next);
  };
  const publish = async (): Promise<void> => {
    const read = readTerms(terms);
    if ('wrong' in read) return setWrong(read.wrong);
    setBusy(true);
    setWrong({});
    const left = new Set(picked);
    try {
      for (const path of picked) {
        await calls.share({ path, ...read.terms });
        left.delete(path);
      }
      say('good', `${countText(picked.size, 'thing is', 'things are')} shared as soon as it is read.`);
      onClose();
    } catch (error) {
      setPicked(left);
      setWrong({ ...(error instanceof Problem ? error.fields : {}), all: problemText(error) });
      setBusy(false);
    }
  };
  return (
    <Dialog title="Choose what to publish" onClose={onClose}>
      {folder !== undefined && <Where folder={folder} go={go} />}
      {failed !== undefined && (
        <div class="notice bad" role="alert">
          <WarnIcon />
          <p dir="auto">{failed}</p>
        </div>
      )}
      {folder !== undefined && <Entries folder={folder} picked={picked} toggle={toggle} go={go} />}
      <Terms terms={terms} change={setTerms} wrong={wrong} />
      <Refusal why={wrong['all']} />
      <div class="row">
        <button type="button" class="primary" disabled={busy || picked.size === 0} onClick={() => void publish()}>
          {picked.size === 0 ? 'Publish' : `Publish ${picked.size}`}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        {picked.size > 0 && <span class="soft small">{countText(picked.size, 'entry', 'entries')} picked</span>}
      </div>
    </Dialog>
  );
}

function Where({ folder, go }: { folder: FolderBody; go(path: string): void }): VNode {
  return (
    <div class="stack tight">
      <div class="row chips">
        {folder.places.map(({ name, path }) => (
          <button key={path} type="button" class="chip" aria-pressed={path === folder.path} onClick={() => go(path)}>
            {name}
          </button>
        ))}
      </div>
      <div class="row">
        <button
          type="button"
          class="square"
          title="Up"
          aria-label="Up to the folder above"
          disabled={folder.parent === null}
          onClick={() => folder.parent !== null && go(folder.parent)}
        >
          <UpIcon />
        </button>
        <code class="grow wrap" aria-live="polite">
          <bdi>{folder.path}</bdi>
        </code>
      </div>
    </div>
  );
}

interface EntriesProps {
  folder: FolderBody;
  picked: ReadonlySet<string>;
  toggle(path: string): void;
  go(path: string): void;
}

function Entries({ folder, picked, toggle, go }: EntriesProps): VNode {
  const list = useRef<HTMLUListElement>(null);
  const move = (event: KeyboardEvent): void => {
    const boxes = [...(list.current?.querySelectorAll<HTMLInputElement>('input') ?? [])];
    const at = document.activeElement instanceof HTMLInputElement ? boxes.indexOf(document.activeElement) : -1;
    const to = at === -1 ? undefined : nextRow(event.key, at, boxes.length, pageRows);
    if (to === undefined) return;
    event.preventDefault();
    boxes[to]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move the focus between the boxes inside
    <div class="entries panel" onKeyDown={move}>
      {folder.entries.length === 0 && <p class="soft padded">Nothing is in this folder.</p>}
      <ul ref={list} aria-label="Entries of the folder">
        {folder.entries.map(({ name, path, kind, size }) => (
          <li key={path} class="entry">
            <label class="grow">
              <input type="checkbox" checked={picked.has(path)} onChange={() => toggle(path)} />
              {kind === 'folder' ? <FolderIcon /> : <FileIcon />}
              <span class="grow">
                <bdi>{name}</bdi>
              </span>
              {size !== null && kind === 'file' && <span class="small soft">{sizeText(size)}</span>}
            </label>
            {kind === 'folder' && (
              <button type="button" class="textual" aria-label={`Open ${name}`} onClick={() => go(path)}>
                Open
              </button>
            )}
          </li>
        ))}
      </ul>
      {folder.cut && <p class="small soft padded">There is more in it than is shown.</p>}
    </div>
  );
}
