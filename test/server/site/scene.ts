import type { LogBook } from '../../../src/base/logBook.ts';
import { openLogBook } from '../../../src/base/openLogBook.ts';
import { defaultLiveness } from '../../../src/server/liveness/detector.ts';
import {
  openTrackerSite,
  type TrackerSite,
  type TrackerSiteOptions,
} from '../../../src/server/site/openTrackerSite.ts';
import { builtPage } from '../../web/support.ts';
import { Lan } from '../support/native.ts';

/** A tracker on a network in memory, whose page is on a real port of loopback. */
export interface Scene extends AsyncDisposable {
  lan: Lan;
  site: TrackerSite;
  book: LogBook;
}

export const noLines = { debug: 0, info: 0, warn: 0, error: 0 };

export async function openScene(more: Partial<TrackerSiteOptions> = {}): Promise<Scene> {
  const lan = await Lan.open();
  try {
    const book = openLogBook({ clock: lan.clock });
    const site = await openTrackerSite({
      host: '127.0.0.1',
      port: 0,
      dataFolder: lan.folder,
      page: await builtPage(),
      tracker: lan.tracker,
      liveness: defaultLiveness,
      book,
      lines: noLines,
      clock: lan.clock,
      log: book.log,
      ...more,
    });
    return {
      lan,
      site,
      book,
      async [Symbol.asyncDispose]() {
        await site[Symbol.asyncDispose]();
        await lan[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lan[Symbol.asyncDispose]();
    throw error;
  }
}
