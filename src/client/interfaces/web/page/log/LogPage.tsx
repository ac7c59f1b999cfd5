import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type LogLevel, logLevels } from '../../../../../base/logBook.ts';
import { LogIcon, PauseIcon, PlayIcon } from '../../../../../web/page/icons.tsx';
import { clockText, countText, momentText } from '../../../../../web/page/texts.ts';
import { useNarrow } from '../../../../../web/page/useNarrow.ts';
import { rowProps, VirtualTable } from '../../../../../web/page/VirtualTable.tsx';
import type { LogEntryBody } from '../../api/bodies.ts';
import { Empty } from '../shell/Empty.tsx';
import { fieldsText } from './entries.ts';
import { useLog } from './useLog.ts';

const rowHeights = { narrow: 52, wide: 28 };
/** So near to the end a person follows what comes, pixels. */
const nearEnd = 60;

/** What this client does, as it does it. */
export function LogPage(): VNode {
  const [level, setLevel] = useState<LogLevel>('info');
  const [paused, setPaused] = useState(false);
  const [opened, setOpened] = useState<LogEntryBody>();
  const { entries, missed, behind } = useLog(level, paused);
  const scroller = useRef<HTMLDivElement>(null);
  useFollowing(scroller, entries, paused);
  const narrow = useNarrow();
  return (
    <div class="filling">
      <div class="row">
        <h1 class="grow">System log</h1>
        <label class="row nowrap">
          <span class="unseen">Lowest level</span>
          <select
            value={level}
            onChange={(event) => setLevel(logLevels.find((one) => one === event.currentTarget.value) ?? 'info')}
          >
            {logLevels.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? <PlayIcon size={16} /> : <PauseIcon size={16} />}
          {paused ? 'Go on' : 'Pause'}
        </button>
      </div>
      <p class="small soft" role="status">
        {paused && `Paused${behind > 0 ? `; ${countText(behind, 'entry', 'entries')} since` : ''}. `}
        {missed > 0 && `${countText(missed, 'entry', 'entries')} went by too fast to be shown.`}
      </p>
      {entries.length === 0 ? (
        <Empty icon={LogIcon} title="Nothing of this level yet" />
      ) : (
        <VirtualTable
          label="Log"
          class="panel log"
          head={
            <tr>
              <th scope="col" class="when">
                Time
              </th>
              <th scope="col" class="level">
                Level
              </th>
              <th scope="col">What</th>
            </tr>
          }
          columns={3}
          count={entries.length}
          rowHeight={narrow ? rowHeights.narrow : rowHeights.wide}
          scroller={scroller}
          row={(index) => <Row key={entries[index]?.number} place={index} entry={entries[index]} open={setOpened} />}
        />
      )}
      {opened !== undefined && <Opened entry={opened} close={() => setOpened(undefined)} />}
    </div>
  );
}

interface RowProps {
  place: number;
  entry: LogEntryBody | undefined;
  open(entry: LogEntryBody): void;
}

function Row({ place, entry, open }: RowProps): VNode | null {
  if (entry === undefined) return null;
  return (
    <tr {...rowProps(place)} class={entry.level}>
      <td class="when soft">{clockText(entry.at)}</td>
      <td class="level">{entry.level}</td>
      <td class="said">
        <button type="button" class="textual clip" data-main onClick={() => open(entry)}>
          <bdi>{entry.message}</bdi> <span class="soft">{fieldsText(entry.fields)}</span>
        </button>
      </td>
    </tr>
  );
}

function Opened({ entry, close }: { entry: LogEntryBody; close(): void }): VNode {
  return (
    <section class="panel padded stack tight opened" aria-label="Entry">
      <div class="row">
        <span class="grow soft small">
          {momentText(entry.at).slice(0, 10)} {clockText(entry.at)} · {entry.level}
        </span>
        <button type="button" class="quiet" onClick={close}>
          Close
        </button>
      </div>
      <p dir="auto">{entry.message}</p>
      <dl class="facts small">
        {Object.entries(entry.fields).map(([name, value]) => [
          <dt key={`${name} name`}>{name}</dt>,
          <dd key={name}>
            <code class="wrap">{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </dd>,
        ])}
      </dl>
    </section>
  );
}

/** Stays at the end while new entries come, unless somebody has scrolled up to read. */
function useFollowing(
  scroller: { current: HTMLElement | null },
  entries: readonly LogEntryBody[],
  paused: boolean,
): void {
  const atEnd = useRef(true);
  const last = entries.at(-1)?.number;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const read = (): void => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd;
    };
    element.addEventListener('scroll', read, { passive: true });
    return () => element.removeEventListener('scroll', read);
  }, [entries.length === 0]);
  useEffect(() => {
    const element = scroller.current;
    if (element !== null && atEnd.current && !paused) element.scrollTop = element.scrollHeight;
  }, [last, entries.length, paused]);
}
