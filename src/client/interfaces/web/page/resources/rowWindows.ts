import type { ContentBody, ResourcesBody, ResourcesQuery } from '../../api/bodies.ts';

export type RowQuery = Omit<ResourcesQuery, 'offset' | 'limit'>;
export type AskRows = (query: ResourcesQuery, signal: AbortSignal) => Promise<ResourcesBody>;

/** Rows that are asked for at a time: three screens or so. */
export const windowRows = 120;
/** Windows that are kept: 10,000 rows, which a person may have scrolled through. */
const maxWindows = 84;

/** A window as it came, and the version of the roll that was known when it was asked for. */
interface Window {
  rows: readonly ContentBody[];
  version: number;
}

interface Shown {
  query: RowQuery;
  total: number;
  windows: Map<number, Window>;
}

/**
 * A long list of which only what is looked at is asked for, window by window. What was there stays until what comes in
 * its place is here, so that nothing flickers: rows of the query before, and of the roll before it changed.
 */
export class RowWindows {
  readonly #ask: AskRows;
  readonly #changed: () => void;
  #wanted: RowQuery | undefined;
  #shown: Shown | undefined;
  #version = 0;
  #sight = { first: 0, end: 1 };
  #asking: AbortController | undefined;
  #failure: unknown;

  constructor(ask: AskRows, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Rows in all; nothing before the first answer. */
  get total(): number | undefined {
    return this.#shown?.total;
  }

  /** What is shown is of another query than the last that was wanted. */
  get behind(): boolean {
    return this.#shown !== undefined && this.#shown.query !== this.#wanted;
  }

  /** What the last question threw. */
  get failure(): unknown {
    return this.#failure;
  }

  /** A row, where it has come. */
  row(index: number): ContentBody | undefined {
    return this.#shown?.windows.get(Math.floor(index / windowRows))?.rows[index % windowRows];
  }

  show(query: RowQuery): void {
    this.#wanted = query;
    this.#asking?.abort();
    this.#asking = undefined;
    this.#next();
  }

  look(first: number, end: number): void {
    this.#sight = { first, end };
    if (this.#failure === undefined) this.#next();
  }

  /** The roll has changed to this version. */
  outdated(version: number): void {
    this.#version = version;
    this.#next();
  }

  retry(): void {
    this.#next();
  }

  close(): void {
    this.#wanted = undefined;
    this.#asking?.abort();
  }

  /** Asks for the window that is missing most, one at a time. */
  #next(): void {
    const query = this.#wanted;
    if (query === undefined || this.#asking !== undefined) return;
    const index = this.#shown?.query === query ? this.#lacking(this.#shown) : 0;
    if (index === undefined) return;
    const asking = new AbortController();
    this.#asking = asking;
    void this.#take(query, index, asking);
  }

  async #take(query: RowQuery, index: number, asking: AbortController): Promise<void> {
    const version = this.#version;
    try {
      const wanted = { ...query, offset: index * windowRows, limit: windowRows };
      const answer = await this.#ask(wanted, asking.signal);
      if (this.#asking !== asking) return;
      this.#asking = undefined;
      this.#failure = undefined;
      this.#put(query, index, { rows: answer.rows, version }, answer.total);
      this.#next();
    } catch (error) {
      if (this.#asking !== asking) return;
      this.#asking = undefined;
      this.#failure = error;
    }
    this.#changed();
  }

  #put(query: RowQuery, index: number, window: Window, total: number): void {
    if (this.#shown?.query !== query) this.#shown = { query, total, windows: new Map() };
    const { windows } = this.#shown;
    this.#shown.total = total;
    windows.delete(index);
    windows.set(index, window);
    for (const kept of windows.keys()) if (kept * windowRows >= total && kept !== index) windows.delete(kept);
    for (const oldest of windows.keys()) {
      if (windows.size <= maxWindows) break;
      windows.delete(oldest);
    }
  }

  /** What is in sight and missing comes before what is in sight and old. */
  #lacking({ windows, total }: Shown): number | undefined {
    const first = Math.floor(Math.min(this.#sight.first, Math.max(0, total - 1)) / windowRows);
    const last = Math.floor(Math.max(0, Math.min(this.#sight.end, total) - 1) / windowRows);
    const inSight = Array.from({ length: Math.max(1, last - first + 1) }, (_, place) => first + place);
    return (
      inSight.find((index) => !windows.has(index)) ??
      inSight.find((index) => (windows.get(index)?.version ?? 0) < this.#version)
    );
  }
}
