import { clearLine, cursorTo } from 'node:readline';
import { type Clock, every } from '../../../base/clock.ts';
import { openMeter } from '../../../base/meter.ts';
import { safeText } from '../../../base/safeText.ts';
import { sizeText } from '../../../base/sizeText.ts';
import { barFramesPerSecond } from './limits.ts';
import { columnsOf, type Terminal } from './terminal.ts';
import { durationText, rateText } from './text.ts';
import { cut, widthOf } from './width.ts';

/** A bar at the bottom of the terminal while it is open. */
export interface Progress extends Disposable {
  /** Without a `size` where nobody knows it. */
  update(bytes: number, size: number | null): void;
}

const still: Progress = { update() {}, [Symbol.dispose]() {} };

/** Shows nothing where stderr is no terminal, and with `--json` or `--quiet`. */
export function openProgress(terminal: Terminal, label: string, clock: Clock): Progress {
  const { stderr } = terminal;
  if (!stderr.isTTY || terminal.json || terminal.quiet) return still;
  const meter = openMeter(clock);
  let at: { bytes: number; size: number | null } | undefined;
  const erase = (): void => {
    if (at === undefined) return;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
  };
  const draw = (): void => {
    if (at === undefined) return;
    const standing = {
      ...at,
      rate: meter.bytesPerSecond(),
      left: at.size === null ? undefined : meter.secondsLeft(at.size),
    };
    erase();
    stderr.write(progressLine(label, standing, columnsOf(stderr)));
  };
  const cover = terminal.cover(erase);
  const frames = every(clock, 1000 / barFramesPerSecond, draw);
  return {
    update(bytes, size) {
      const first = at === undefined;
      at = { bytes, size };
      meter.reach(bytes);
      if (first) draw();
    },
    [Symbol.dispose]() {
      frames[Symbol.dispose]();
      cover[Symbol.dispose]();
      erase();
    },
  };
}

interface Standing {
  bytes: number;
  /** Nothing where nobody knows it. */
  size: number | null;
  /** Bytes a second. */
  rate: number;
  /** Seconds. */
  left: number | undefined;
}

const widestBar = 30;
/** Columns that a name keeps beside the figures. */
const leastName = 8;

/** The first of the rows that leaves room for a name; the last where none does. */
function widestThatFits(rows: readonly (readonly (string | undefined)[])[], columns: number): string {
  const texts = rows.map((facts) => facts.filter((fact) => fact !== undefined).join('  '));
  return texts.find((text) => widthOf(text) + leastName + 2 <= columns) ?? texts.at(-1) ?? '';
}

/** The bar as one line that stays one on a terminal of `columns`. */
export function progressLine(label: string, { bytes, size, rate, left }: Standing, columns: number): string {
  if (size === null) return unmeasuredLine(label, bytes, rate, columns);
  const share = size > 0 ? Math.min(1, bytes / size) : 0;
  const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
  const amount = `${sizeText(bytes)} of ${sizeText(size)}`;
  const speed = rate > 0 ? rateText(rate) : undefined;
  const rest = left === undefined ? undefined : `${durationText(left)} left`;
  const figures = widestThatFits(
    [[percent, amount, speed, rest], [percent, amount, rest], [percent, rest], [percent]],
    columns,
  );
  const name = cut(safeText(label), Math.max(leastName, columns - widthOf(figures) - widestBar - 6));
  const room = Math.min(widestBar, columns - widthOf(name) - widthOf(figures) - 6);
  if (room < 5) return cut(`${cut(name, columns - 2 - widthOf(figures))} ${figures}`, columns - 1);
  const done = Math.round(share * room);
  return `${name} [${'█'.repeat(done)}${'░'.repeat(room - done)}] ${figures}`;
}

/** The same where nobody knows how much is to come: no bar. */
function unmeasuredLine(label: string, bytes: number, rate: number, columns: number): string {
  const amount = sizeText(bytes);
  const figures = widestThatFits([[amount, rate > 0 ? rateText(rate) : undefined], [amount]], columns);
  const name = cut(safeText(label), Math.max(leastName, columns - widthOf(figures) - 3));
  return cut(`${name}  ${figures}`, columns - 1);
}
