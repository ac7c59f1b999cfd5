import { abortReason, lost, noAnswer, nobodyListens, notPeer, notTracker, otherKey } from '../failures.ts';
import type { DialOptions, Endpoint, Stream } from '../transport.ts';
import { ask } from './ask.ts';
import { MemoryLink } from './link.ts';
import { type End, MemoryStream } from './stream.ts';
import { type Host, isLoopback, type Listening, type Secure, type Wire } from './wire.ts';

/** A connection to a service of another host, its key checked. */
export interface Connected {
  link: MemoryLink;
  /** The other end of the link. */
  far: MemoryLink;
  service: Secure;
  host: Host;
}

export async function connect(
  wire: Wire,
  from: Host,
  to: Endpoint,
  { identity, expect, signal, speaks }: DialOptions & { speaks: Secure['speaks'] },
): Promise<Connected> {
  const { made, host, abandon } = await reach(wire, from, to, signal, (listening, host) => {
    const service = listening.service.secure;
    if (service?.speaks !== speaks) throw speaks === 'links' ? notTracker(to) : notPeer(to);
    const { near, far, settled } = join(listening, from, host, to, (own, other) => {
      const [caller, called] = [
        { ...own, identity },
        { ...other, identity: service.identity },
      ];
      return [new MemoryLink(wire, caller, called), new MemoryLink(wire, called, caller)];
    });
    return { near, far, service, settled };
  });
  const { near, far, service, settled } = made;
  if (expect !== undefined && expect !== near.fingerprint) {
    abandon();
    throw otherKey(to, expect, near.fingerprint);
  }
  wire.hop(from, host, () => {
    if (!far.isOpen) return;
    settled();
    service.accept(far);
  });
  return { link: near, far, service, host };
}

export async function dialPlain(
  wire: Wire,
  from: Host,
  to: Endpoint | { path: string },
  signal: AbortSignal,
): Promise<Stream> {
  if ('path' in to) throw nobodyListens({ host: to.path, port: 0 });
  const { made, host } = await reach(wire, from, to, signal, (listening, host) => {
    const joined = join(listening, from, host, to, (own, other) => {
      const called = { ...other, answers: true };
      return [new MemoryStream(wire, own, called), new MemoryStream(wire, called, own)];
    });
    return { ...joined, service: listening.service };
  });
  const { near, far, service, settled } = made;
  wire.hop(from, host, () => {
    if (far.isOpen) service.plain(far, settled);
  });
  return near;
}

/** What happens at the called host, and what came of it. */
async function reach<T extends { near: MemoryStream; far: MemoryStream }>(
  wire: Wire,
  from: Host,
  to: Endpoint,
  signal: AbortSignal,
  answer: (listening: Listening, host: Host) => T,
): Promise<{ made: T; host: Host; abandon: () => void }> {
  if (signal.aborted) throw abortReason(signal, to);
  const host = wire.find(to.host, from);
  if (host === undefined) throw noAnswer(to);
  let made: T | undefined;
  const abandon = (): void => {
    made?.near.destroy();
    wire.hop(from, host, () => made?.far.destroy());
  };
  const called = (): T => {
    const listening = host.services.get(to.port);
    if (listening === undefined) throw nobodyListens(to);
    made = answer(listening, host);
    return made;
  };
  signal.addEventListener('abort', abandon, { once: true });
  try {
    return { made: await ask(wire, { from, to: host, at: to }, called, signal), host, abandon };
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

/** Both ends of a connection that is let in. `settled` is to be called once something has come of it. */
function join<S extends MemoryStream>(
  { service, links }: Listening,
  from: Host,
  host: Host,
  to: Endpoint,
  make: (caller: End, called: End) => [S, S],
): { near: S; far: S; settled: () => void } {
  const loopback = isLoopback(to.host);
  const caller = { host: loopback ? '127.0.0.1' : from.address, port: from.nextPort++ };
  if (service.admit?.(caller) === false) throw lost(to);
  let settled = false;
  const called: End = {
    host,
    at: { host: loopback ? '127.0.0.1' : host.address, port: to.port },
    onClosed: () => {
      links.delete(far);
      if (!settled) service.refused?.(caller, lost(caller));
      service.departed?.(caller);
    },
  };
  const [near, far] = make({ host: from, at: caller }, called);
  near.join(far);
  far.join(near);
  links.add(far);
  const settle = (): void => {
    settled = true;
  };
  return { near, far, settled: settle };
}
