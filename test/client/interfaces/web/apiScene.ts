import { silentLog } from '../../../../src/base/log.ts';
import type { ApiOptions } from '../../../../src/client/interfaces/web/api/api.ts';
import { serveApi } from '../../../../src/client/interfaces/web/api/serveApi.ts';
import { type OneTimeCodes, openOneTimeCodes } from '../../../../src/web/oneTime.ts';
import type { Site } from '../../../../src/web/site.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { type Answered, ask, bearer, testSite } from '../../../web/support.ts';
import { FakeDaemon } from './fakeDaemon.ts';

export const token = 'a-token-of-thirty-two-characters';

export interface Scene extends AsyncDisposable {
  daemon: FakeDaemon;
  clock: FakeClock;
  codes: OneTimeCodes;
  site: Site;
  /** Folders that were shown on the screen. */
  shown: string[];
  /** Asks below `/api/v1`, with the token; a body that is no text goes as JSON. */
  call(method: string, path: string, body?: unknown): Promise<Answered>;
}

/** The API over a fake daemon, on a real port of loopback. */
export async function openScene(more: Partial<ApiOptions> = {}): Promise<Scene> {
  const daemon = new FakeDaemon();
  const clock = new FakeClock();
  const codes = openOneTimeCodes(clock);
  const shown: string[] = [];
  const options: ApiOptions = {
    daemon,
    discover: async () => [],
    codes,
    token,
    version: '1.2.3',
    usual: { server: null, user: null },
    openFolder: async (path) => void shown.push(path),
    home: '/',
    clock,
    log: silentLog,
    ...more,
  };
  const site = await testSite({ tokens: [token], clock, routes: (app) => serveApi(app, options) });
  return {
    daemon,
    clock,
    codes,
    site,
    shown,
    call(method, path, body) {
      const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      const text = body === undefined ? {} : { body: JSON.stringify(body) };
      return ask(site, { method, path: `/api/v1${path}`, headers: { ...bearer(token), ...json }, ...text });
    },
    [Symbol.asyncDispose]: async () => site[Symbol.asyncDispose](),
  };
}
