import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type LogLevel, logLevels } from '../../../base/logBook.ts';
import { usePart } from '../../../web/page/store.ts';
import { clockText } from '../../../web/page/texts.ts';
import type { LogEntryBody } from '../api/bodies.ts';
import type { Store } from './store.ts';
import { fieldsText } from './words.ts';

const tones: Readonly<Record<LogLevel, string>> = { debug: '', info: '', warn: 'warn', error: 'bad' };

/** Lines that are drawn: more nobody scrolls through. */
const mostLines = 200;

/** The tracker's log, the newest first. */
export function LogPart({ store }: { store: Store }): VNode {
  const entries = usePart(store, (state) => state.entries);
  const missed = usePart(store, (state) => state.missedLines);
  const [level, setLevel] = useState<LogLevel>('info');
  const grave = logLevels.slice(logLevels.indexOf(level));
  const seen = entries.filter((entry) => grave.includes(entry.level)).slice(-mostLines);
  return (
    <section class="panel part" aria-labelledby="log">
      <div class="row head">
        <h2 id="log" class="grow">
          Log
        </h2>
        {missed > 0 && <span class="soft small">{missed.toLocaleString('en')} lines came too fast to be shown</span>}
        <select
          class="span"
          aria-label="Level"
          value={level}
          onChange={(event) => setLevel(logLevels.find((one) => one === event.currentTarget.value) ?? 'info')}
        >
          {logLevels.map((one) => (
            <option key={one} value={one}>
              {one === 'error' ? 'error' : `${one} and above`}
            </option>
          ))}
        </select>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be in reach of the keys */}
      <ol class="scroller list log" aria-label="Log, the newest first" tabIndex={0}>
        {seen.reverse().map((entry) => (
          <Line key={entry.number} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Line({ entry }: { entry: LogEntryBody }): VNode {
  const { at, level, message, fields } = entry;
  return (
    <li>
      <time class="mono soft" dateTime={new Date(at).toISOString()}>
        {clockText(at)}
      </time>
      <span class={`badge ${tones[level]}`}>{level}</span>
      <span class="grow">
        {message} <span class="soft mono">{fieldsText(fields)}</span>
      </span>
    </li>
  );
}
