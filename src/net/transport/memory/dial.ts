import { abortReason, lost, noAnswer, nobodyListens, notPeer, notTracker, otherKey } from '../failures.ts';
import type { DialOptions, Endpoint } from '../transport.ts';
import { ask } from './ask.ts';
import { linkPair, type MemoryLink } from './link.ts';
import { type Host, isLoopback, type Service, type Wire } from './wire.ts';

/** A connection to a service of another host, its key checked. */
export interface Connected {
  link: MemoryLink;
  /** The other end of the link. */
  far: MemoryLink;
  service: Service;
  host: Host;
}

type ConnectOptions = DialOptions & { speaks: Service['speaks'] };

export async function connect(wire: Wire, from: Host, to: Endpoint, options: ConnectOptions): Promise<Connected> {
  const { expect, signal } = options;
  if (signal.aborted) throw abortReason(signal, to);
  const host = wire.find(to.host, from);
  if (host === undefined) throw noAnswer(to);
  let made: ReturnType<typeof answer> | undefined;
  const abandon = (): void => {
    made?.near.destroy();
    wire.hop(from, host, () => made?.far.destroy());
  };
  signal.addEventListener('abort', abandon, { once: true });
  try {
    const { near, far, service, accept } = await ask(
      wire,
      { from, to: host, at: to },
      () => {
        made = answer(wire, from, host, to, options);
        return made;
      },
      signal,
    );
    if (expect !== undefined && expect !== near.fingerprint) {
      abandon();
      throw otherKey(to, expect, near.fingerprint);
    }
    wire.hop(from, host, accept);
    return { link: near, far, service, host };
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

/** What happens at the called host: both ends of a link, and how to hand over the far one. */
function answer(
  wire: Wire,
  from: Host,
  host: Host,
  to: Endpoint,
  { identity, speaks }: ConnectOptions,
): { near: MemoryLink; far: MemoryLink; service: Service; accept: () => void } {
  const listening = host.services.get(to.port);
  if (listening === undefined) throw nobodyListens(to);
  const { service, links } = listening;
  if (service.speaks !== speaks) throw speaks === 'links' ? notTracker(to) : notPeer(to);
  const loopback = isLoopback(to.host);
  const caller = { host: loopback ? '127.0.0.1' : from.address, port: from.nextPort++ };
  if (service.admit?.(caller) === false) throw lost(to);

  let accepted = false;
  const [near, far] = linkPair(
    wire,
    { host: from, at: caller, identity },
    {
      host,
      at: { host: loopback ? '127.0.0.1' : host.address, port: to.port },
      identity: service.identity,
      onClosed: () => {
        links.delete(far);
        if (!accepted) service.refused?.(caller, lost(caller));
        service.departed?.(caller);
      },
    },
  );
  links.add(far);
  const accept = (): void => {
    if (!far.isOpen) return;
    accepted = true;
    service.accept(far);
  };
  return { near, far, service, accept };
}
