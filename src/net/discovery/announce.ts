import { every } from '../../base/clock.ts';
import { asRollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { type Ground, systemGround } from './ground.ts';
import { announceAgainMs, linkMs, linksEveryMs } from './limits.ts';
import type { Link } from './links.ts';
import type { Mdns, MdnsRecord } from './mdns.ts';
import { goodbyeOf, recordsOf } from './records.ts';
import { type Announced, instanceName } from './service.ts';

export interface AnnounceOptions extends Announced {
  /** Where the tracker listens: one address, or 0.0.0.0 or :: for all. */
  host: string;
}

export interface Announcing extends AsyncDisposable {
  /** Names of the networks on which it is announced now. */
  on(): string[];
}

/** One network that a tracker is announced on. */
interface Voice extends AsyncDisposable {
  name: string;
}

/**
 * Announces a tracker on every network on which it can be reached (RFC 6763), and on those that come later; disposing
 * takes it back. What goes wrong is a warning in the log and nothing else.
 */
export async function announce(options: AnnounceOptions, log: Log, ground: Ground = systemGround): Promise<Announcing> {
  const { clock, links } = ground;
  const voices = new Map<string, Voice>();
  /** Networks that would not have it: told once. */
  const refused = new Set<string>();
  const look = async (): Promise<void> => {
    const here = new Map(links().map((link) => [link.key, link]));
    for (const [key, voice] of voices) {
      if (here.has(key)) continue;
      voices.delete(key);
      log.info({ link: voice.name }, 'no longer announced on this network: it is gone');
      await voice[Symbol.asyncDispose]();
    }
    for (const key of refused) if (!here.has(key)) refused.delete(key);
    for (const [key, link] of here) {
      const addresses = reached(options.host, link);
      if (voices.has(key) || addresses.length === 0) continue;
      try {
        voices.set(key, await speak(link, recordsOf(options, addresses), log, ground));
        refused.delete(key);
        log.info({ link: link.name, as: instanceName(options), addresses }, 'announced on this network');
      } catch (error) {
        const why = asRollcallError(error).message;
        if (!refused.has(key)) log.warn({ link: link.name, why }, 'cannot announce on this network');
        refused.add(key);
      }
    }
  };
  let looking = look();
  await looking;
  if (voices.size === 0) log.warn({ host: options.host }, 'announced on no network: clients have to name this tracker');
  let idle = true;
  const timer = every(clock, linksEveryMs, () => {
    if (!idle) return;
    idle = false;
    looking = look().finally(() => {
      idle = true;
    });
  });
  return {
    on: () => [...voices.values()].map(({ name }) => name),
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]();
      await looking;
      await Promise.all([...voices.values()].map((voice) => voice[Symbol.asyncDispose]()));
      voices.clear();
    },
  };
}

/** Addresses of a link behind the one that is listened on. */
function reached(host: string, { addresses }: Link): string[] {
  if (host === '::') return [...addresses];
  return addresses.filter((address) => (host === '0.0.0.0' ? !address.includes(':') : address === host));
}

/** Says it twice, a second apart (RFC 6762, section 8.3), answers whoever asks, and says goodbye at the end. */
async function speak(link: Link, records: MdnsRecord[], log: Log, { clock, open }: Ground): Promise<Voice> {
  const mdns: Mdns = await open(link, {
    answered() {},
    trouble: (error) => log.debug({ link: link.name, why: error.message }, 'trouble on a network'),
  });
  mdns.serve(records);
  void mdns.tell(records);
  const again = clock.after(announceAgainMs, () => void mdns.tell(records));
  return {
    name: link.name,
    async [Symbol.asyncDispose]() {
      again[Symbol.dispose]();
      await new Promise<void>((resolve) => {
        clock.after(linkMs, resolve);
        void mdns.tell(goodbyeOf(records)).then(resolve);
      });
      await mdns[Symbol.asyncDispose]();
    },
  };
}
