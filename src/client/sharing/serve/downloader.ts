import type { Fingerprint } from '../../../base/ids.ts';
import type { HttpCaller } from '../../../net/transport/transport.ts';

/** Who asks, as far as fairness goes. */
export interface Downloader {
  /** His key, or where he needs none to be shown, his address. Turns go by it. */
  readonly key: string;
  /** Where he asks from. Anybody can have many keys, hardly anybody many addresses. */
  readonly address: string;
  /** His key, where he has shown one. */
  readonly fingerprint?: Fingerprint | undefined;
}

/** `link` where he came by a link, which is bound to no key. */
export function downloaderOf({ remote, fingerprint }: HttpCaller, link: boolean): Downloader {
  const shown: Fingerprint | undefined = link ? undefined : fingerprint;
  return { key: shown ?? `at ${remote.host}`, address: remote.host, ...(shown && { fingerprint: shown }) };
}
