import { type Layout, layoutOf } from '../../../src/base/layout.ts';
import { seededRandom } from '../random.ts';
import { Downloader } from './downloader.ts';
import { Host, type HostOptions } from './host.ts';
import { SimulatedLan } from './simulatedLan.ts';

export interface Swarming {
  lan: SimulatedLan;
  layout: Layout;
  hosts: Host[];
  downloaders: Downloader[];
  /** Milliseconds at which the last was done. */
  lastMs: number;
  /** Bytes that came more than once, or for nothing, to whom most did. */
  wasted: number;
  faults: string[];
}

export interface SwarmingOptions {
  seed?: number | undefined;
  /** Bytes of each file. */
  sizes: readonly number[];
  owners: readonly Omit<HostOptions, 'whole'>[];
  /** Who start at once. */
  downloaders: readonly Omit<HostOptions, 'whole'>[];
  /** What happens meanwhile. */
  story?: ((lan: SimulatedLan, hosts: ReadonlyMap<string, Host>) => void) | undefined;
  /** Milliseconds from somebody's first piece until the others know of it. */
  noticeMs?: number | undefined;
  untilMs?: number | undefined;
}

/** Plays a swarm from the start until the last has all. */
export function play({ seed = 1, sizes, owners, downloaders, ...options }: SwarmingOptions): Swarming {
  const layout = layoutOf(sizes);
  const lan = new SimulatedLan(seededRandom(seed));
  const whole = owners.map((owner) => new Host(lan, layout, { ...owner, whole: true }));
  const started = downloaders.map(
    (host) => new Downloader(lan, layout, new Host(lan, layout, { ...host, whole: false })),
  );
  const hosts = [...whole, ...started.map(({ host }) => host)];
  for (const one of started) {
    lan.events.after(lan.random() * 20, () => {
      for (const owner of whole) one.meet(owner);
    });
    introduce(lan, one.host, started, options.noticeMs ?? 1200);
  }
  options.story?.(lan, new Map(hosts.map((host) => [host.name, host])));
  tellNowAndThen(lan, hosts);
  lan.run(() => started.every(({ doneAt }) => doneAt !== undefined), options.untilMs ?? 600_000);
  return {
    lan,
    layout,
    hosts,
    downloaders: started,
    lastMs: Math.max(...started.map(({ doneAt }) => doneAt ?? Number.POSITIVE_INFINITY)),
    wasted: Math.max(...started.map(({ bytes }) => bytes - layout.size)),
    faults: started.flatMap(({ faults }) => faults),
  };
}

/** Who has a first piece is found by the others. */
function introduce(lan: SimulatedLan, host: Host, to: readonly Downloader[], noticeMs: number): void {
  const first = (): void => {
    host.watchers.delete(first);
    for (const one of to)
      if (one.host !== host) lan.events.after(noticeMs * (0.5 + lan.random()), () => one.meet(host));
  };
  host.watchers.add(first);
}

function tellNowAndThen(lan: SimulatedLan, hosts: readonly Host[]): void {
  lan.events.after(100, () => {
    for (const host of hosts) host.tellAll();
    tellNowAndThen(lan, hosts);
  });
}
