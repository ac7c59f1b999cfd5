import { useEffect, useRef, useState } from 'preact/hooks';
import type { Ask } from './ask.ts';
import { keepRead, type Reading } from './keepRead.ts';

export interface Rows<Page> {
  /** What was read, page by page; nothing before the first answer. */
  pages: readonly Page[] | undefined;
  /** There is more than that. */
  more: boolean;
  failed: string | undefined;
}

/** Rows of one question: as many as the tracker answers with. */
const atOnce = 500;
/** Milliseconds of rest for each page that was read, where a list changes all the time. */
const restMs = 1000;

/** Reads a list of which each page names the next, up to `most` rows, and again, at its leisure, when `version` changes. */
export function useRows<Page extends { next: string | null }>(
  ask: Ask,
  path: string,
  query: Readonly<Record<string, string>>,
  most: number,
  version: number,
): Rows<Page> {
  const [rows, setRows] = useState<Rows<Page>>({ pages: undefined, more: false, failed: undefined });
  const reading = useRef<Reading | undefined>(undefined);
  const asked = JSON.stringify(query);
  useEffect(() => {
    const read = async (signal: AbortSignal): Promise<number> => {
      const pages: Page[] = [];
      let cursor: string | undefined;
      try {
        do {
          const limit = Math.min(atOnce, most - pages.length * atOnce);
          const page: Page = await ask<Page>(path, { ...JSON.parse(asked), limit, cursor }, signal);
          pages.push(page);
          cursor = page.next ?? undefined;
        } while (cursor !== undefined && pages.length * atOnce < most);
        setRows({ pages, more: cursor !== undefined, failed: undefined });
      } catch (error) {
        const failed = error instanceof Error ? error.message : String(error);
        if (!signal.aborted) setRows((known) => ({ ...known, failed }));
      }
      return restMs * Math.max(1, pages.length);
    };
    const started = keepRead(read);
    reading.current = started;
    return () => started.stop();
  }, [ask, path, asked, most]);
  useEffect(() => reading.current?.touch(), [version]);
  return rows;
}
