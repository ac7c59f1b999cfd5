import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { LogBook } from '../../base/logBook.ts';
import { isLoopback } from '../../base/loopback.ts';
import { openSite } from '../../web/openSite.ts';
import type { Site } from '../../web/site.ts';
import { keptToken } from '../../web/tokens.ts';
import { deadlines } from '../liveness/deadlines.ts';
import type { LivenessSettings } from '../liveness/detector.ts';
import type { RunningTracker } from '../server.ts';
import { addApi } from './api/routes.ts';
import { addHealth } from './health.ts';
import { hostNames } from './hostNames.ts';
import { createMetrics } from './metrics.ts';
import { createPulse } from './pulse.ts';
import { createReaders } from './readers.ts';
import { openSamples } from './samples.ts';
import { openTimeLine } from './timeLine.ts';

export interface TrackerSiteOptions {
  host: string;
  /** 0 asks the system to choose. */
  port: number;
  /** Where the token is kept. */
  dataFolder: string;
  /** The folder of the built page; the build puts it beside the program. */
  page?: string | undefined;
  tracker: Pick<RunningTracker, 'at' | 'fingerprint' | 'operator' | 'figures' | 'ready'>;
  liveness: LivenessSettings;
  /** The tracker's log, as the page shows it, and its lines by level. */
  book: LogBook;
  lines: Readonly<Record<keyof Log, number>>;
  clock: Clock;
  log: Log;
}

/** The tracker's page, its metrics and its health. */
export interface TrackerSite extends Site {
  /** The file of the token that it wants; missing where only programs of this machine reach it, and none is wanted. */
  readonly tokenFile?: string | undefined;
}

/** @throws RollcallError `usage` where the port or the token cannot be used, `fault` where the page was not built */
export async function openTrackerSite(options: TrackerSiteOptions): Promise<TrackerSite> {
  const { host, port, tracker, liveness, book, clock, log } = options;
  const guarded = !(isLoopback(host) || host === 'localhost');
  const tokenFile = guarded ? join(options.dataFolder, 'page-token') : undefined;
  const tokens = tokenFile === undefined ? undefined : [await keptToken(tokenFile)];
  /** Undone from the last to the first. */
  const opened: Disposable[] = [];
  const open = <Opened extends Disposable>(one: Opened): Opened => {
    opened.push(one);
    return one;
  };
  const close = (): void => {
    for (let last = opened.pop(); last !== undefined; last = opened.pop()) last[Symbol.dispose]();
  };

  const readers = open(createReaders(tracker.operator, clock));
  const timeLine = open(openTimeLine(tracker.operator, clock, (happening) => readers.happened(happening)));
  const samples = open(openSamples(tracker.figures, clock, (sample) => readers.sampled(sample)));
  const metrics = open(createMetrics({ tracker, lines: options.lines }));
  const pulse = open(createPulse(clock, deadlines(liveness).stalledMs));
  open(book.watch((entry) => readers.logged(entry)));
  const startedAt = Math.round(clock.wall());
  try {
    const site = await openSite({
      host,
      port,
      names: guarded ? hostNames(networkInterfaces()) : [],
      tokens,
      page: options.page ?? fileURLToPath(new URL('pages/tracker', import.meta.url)),
      log,
      clock,
      routes(app) {
        addApi(app, { tracker, liveness, timeLine, samples, readers, book, startedAt, clock });
        addHealth(app, { pulse, ready: () => tracker.ready(), clock });
        app.get('/metrics', async (_, reply) => {
          const text = await metrics.text();
          return reply.type(metrics.contentType).send(text);
        });
      },
    });
    return {
      at: site.at,
      tokenFile,
      async [Symbol.asyncDispose]() {
        await site[Symbol.asyncDispose]();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}
