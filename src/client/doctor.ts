import { createHmac } from 'node:crypto';
import { mkdtemp, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sleep, systemClock } from '../base/clock.ts';
import { asRollcallError } from '../base/errors.ts';
import { GiB } from '../base/sizes.ts';
import { sizeText } from '../base/sizeText.ts';
import type { Endpoint, Listener, Transport } from '../net/transport/transport.ts';
import type { Registered } from '../net/wire/control.ts';
import { decodeHeartbeat, encodeHeartbeat, isAuthentic, type Mac, wantsAnswer } from '../net/wire/heartbeat.ts';
import type { DiagnoseOptions, Finding } from './contract.ts';
import { type Grounds, openGrounds, sessionOptions } from './grounds.ts';
import type { Session } from './session/session.ts';
import { visit } from './session/visit.ts';

/** Heartbeats that are tried, and milliseconds that each may take: on a LAN an answer takes one or two. */
const beats = 4;
const beatMs = 500;
/** Tickets are taken with a minute's tolerance; a clock that is further off is told of. */
const clockToleranceMs = 60_000;
/** Free space below which a download of any size is likely to fail, bytes. */
const littleSpaceBytes = GiB;

/** Each finding as soon as it is known; a check that another one's fault makes impossible says so. */
export async function* diagnose(options: DiagnoseOptions): AsyncGenerator<Finding> {
  const { host, port } = options.server;
  await using grounds = await openGrounds(options);
  const how = sessionOptions(options, grounds);
  const before = systemClock.now();
  let session: Session | undefined;
  try {
    session = await visit(how);
    await session.call('ping', {});
    const ms = Math.round(systemClock.now() - before);
    yield {
      check: 'tracker-tcp',
      ok: true,
      detail: `${host}:${port} answers; connecting and a question took ${ms} ms`,
    };
  } catch (error) {
    options.signal.throwIfAborted();
    yield {
      check: 'tracker-tcp',
      ok: false,
      detail: asRollcallError(error).message,
      remedy: `see that "rollcall server" runs there, and that its firewall lets TCP port ${port} in`,
    };
  }
  if (session === undefined) {
    for (const check of ['tracker-udp', 'peer-port', 'clock'] as const) {
      yield { check, ok: false, detail: 'not tested: the tracker does not answer', remedy: 'mend that first' };
    }
  } else {
    await using link = session;
    yield clock(link.tracker.clockOffsetMs);
    const { listener, refused } = await listen(grounds, options.peerPort);
    await using _listener = listener;
    const registered = await link.call('register', {
      instance: how.instance,
      peerPort: listener.at.port,
      agent: how.agent,
    });
    yield refused ?? peerPort(registered, listener.at.port);
    yield await udp(registered, link.tracker.at, grounds.transport, options.signal);
    await link.call('goodbye', {});
  }
  yield await disk(options);
}

function clock(offsetMs: number): Finding {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const ok = Math.abs(offsetMs) <= clockToleranceMs;
  const detail = `this clock is ${seconds === 0 ? 'less than a second' : `${seconds} s`} ${offsetMs > 0 ? 'behind' : 'ahead of'} the tracker's`;
  return { check: 'clock', ok, detail, remedy: ok ? undefined : 'set both clocks, best by NTP' };
}

/** Listens where this peer would share; where it cannot, on any port, since the other checks need one as well. */
async function listen(grounds: Grounds, port: number): Promise<{ listener: Listener; refused?: Finding }> {
  const on = (at: number): Promise<Listener> =>
    grounds.transport.serveHttp(
      { host: '0.0.0.0', port: at },
      { identity: grounds.home.identity, handle: async () => ({ status: 404, headers: new Map() }) },
    );
  try {
    return { listener: await on(port) };
  } catch (error) {
    const detail = asRollcallError(error).message;
    const remedy = 'stop what holds it, which may be a rollcall that shares, or choose another with --peer-port';
    return { listener: await on(0), refused: { check: 'peer-port', ok: false, detail, remedy } };
  }
}

function peerPort({ reach, address }: Registered, port: number): Finding {
  return reach.reachable
    ? { check: 'peer-port', ok: true, detail: `the tracker reached this machine at ${address}, port ${port}` }
    : {
        check: 'peer-port',
        ok: false,
        detail: reach.reason ?? `the tracker could not reach this machine at ${address}, port ${port}`,
        remedy: `let incoming TCP through this machine's firewall to the port that you share on; --peer-port fixes it`,
      };
}

/** Beats until the tracker acknowledges. */
async function udp(
  registered: Registered,
  tracker: Endpoint,
  transport: Transport,
  signal: AbortSignal,
): Promise<Finding> {
  const key = Buffer.from(registered.heartbeatKey, 'base64');
  const mac: Mac = (message) => createHmac('sha256', key).update(message).digest();
  const answered = new AbortController();
  await using socket = await transport.bind({ host: '0.0.0.0', port: 0 }, (datagram) => {
    if (decodeHeartbeat(datagram)?.kind === 'ack' && isAuthentic(datagram, mac)) answered.abort();
  });
  for (let sequence = 1; sequence <= beats; sequence++) {
    socket.send(
      encodeHeartbeat({ kind: 'beat', session: registered.session, sequence, flags: wantsAnswer }, mac),
      tracker,
    );
    await sleep(systemClock, beatMs, AbortSignal.any([signal, answered.signal])).catch(() => signal.throwIfAborted());
    if (answered.signal.aborted) {
      return { check: 'tracker-udp', ok: true, detail: `heartbeat ${sequence} was acknowledged` };
    }
  }
  return {
    check: 'tracker-udp',
    ok: false,
    detail: `${beats} heartbeats to UDP port ${tracker.port} went unanswered`,
    remedy: `let UDP port ${tracker.port} in at the tracker's firewall; until then only TCP says that you are here`,
  };
}

/** The folder itself, or the nearest one around it: a download makes what is missing. */
async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** Writes, syncs and takes away a file where downloads go. */
async function disk({ downloads }: DiagnoseOptions): Promise<Finding> {
  try {
    const place = await nearestFolder(downloads);
    const folder = await mkdtemp(join(place, '.rollcall-doctor-'));
    try {
      await using file = await open(join(folder, 'probe'), 'wx');
      await file.writeFile('rollcall');
      await file.sync();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const { bavail, bsize } = await statfs(place);
    const free = bavail * bsize;
    const detail = `${downloads} can be written; ${sizeText(free)} are free`;
    return free >= littleSpaceBytes
      ? { check: 'disk', ok: true, detail }
      : { check: 'disk', ok: false, detail, remedy: 'make room, or choose another folder with --downloads' };
  } catch (error) {
    return {
      check: 'disk',
      ok: false,
      detail: `${downloads} cannot be written: ${(error as Error).message}`,
      remedy: 'choose another folder with --downloads',
    };
  }
}
