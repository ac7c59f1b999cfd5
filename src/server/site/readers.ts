import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import type { LogEntry } from '../../base/logBook.ts';
import type { EventStream } from '../../web/eventStream.ts';
import type { Operator } from '../brain/operator.ts';
import type { EventBodies, Sample } from './api/bodies.ts';
import { gatherMs, maxGatheredHappenings, maxGatheredLines, maxReaders } from './limits.ts';
import type { Happening } from './timeLine.ts';

/** Whoever reads the event stream: told what happens, gathered, and nothing at all is done while there is nobody. */
export interface Readers extends Disposable {
  /** @throws RollcallError `limit` where there are too many already */
  expect(): void;
  add(stream: EventStream<EventBodies>): void;
  happened(happening: Happening): void;
  logged(entry: LogEntry): void;
  sampled(sample: Sample): void;
}

export function createReaders(operator: Pick<Operator, 'census' | 'version'>, clock: Clock): Readers {
  const streams = new Set<EventStream<EventBodies>>();
  let happenings: Happening[] = [];
  let lines: LogEntry[] = [];
  let missedLines = 0;
  let missedHappenings = 0;
  let version = operator.version;
  let counting = false;
  let timer: Disposable | undefined;

  const send = <Name extends keyof EventBodies>(event: Name, data: EventBodies[Name]): void => {
    for (const stream of streams) stream.send(event, data);
  };
  const arm = (): void => {
    timer ??= clock.after(gatherMs, flush);
  };
  const flush = (): void => {
    timer = undefined;
    const happened = { happenings, missed: missedHappenings };
    const logged = { entries: lines, missed: missedLines };
    lines = [];
    happenings = [];
    missedLines = 0;
    missedHappenings = 0;
    if (happened.happenings.length > 0) send('happened', happened);
    if (logged.entries.length > 0) send('log', logged);
    tellRoll(happened.happenings.length > 0);
  };
  /** One at a time: what changes while it counts is told a second later. */
  const tellRoll = (changed: boolean): void => {
    if (counting || streams.size === 0 || !(changed || version !== operator.version)) return;
    counting = true;
    version = operator.version;
    const tell = operator.census().then((census) => send('roll', census));
    tell
      .catch(() => {
        // The directory does not answer: /readyz says so, and the next change asks it again.
      })
      .finally(() => {
        counting = false;
      });
  };

  return {
    expect() {
      if (streams.size < maxReaders) return;
      throw new RollcallError('limit', `${maxReaders} pages watch this tracker, which is its limit: close one`);
    },
    add(stream) {
      streams.add(stream);
      stream.ended.addEventListener('abort', () => void streams.delete(stream), { once: true });
    },
    happened(happening) {
      if (streams.size === 0) return;
      if (happenings.length < maxGatheredHappenings) happenings.push(happening);
      else missedHappenings += 1;
      arm();
    },
    logged(entry) {
      if (streams.size === 0) return;
      if (lines.length < maxGatheredLines) lines.push(entry);
      else missedLines += 1;
      arm();
    },
    sampled(sample) {
      send('sample', sample);
      tellRoll(false);
    },
    [Symbol.dispose]() {
      timer?.[Symbol.dispose]();
      streams.clear();
    },
  };
}
