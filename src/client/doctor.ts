import { createHmac } from 'node:crypto';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep, systemClock } from '../base/clock.ts';
import { asRollcallError } from '../base/errors.ts';
import { GiB } from '../base/sizes.ts';
import type { Endpoint, Transport } from '../net/transport/transport.ts';
import type { Registered } from '../net/wire/control.ts';
import { decodeHeartbeat, encodeHeartbeat, isAuthentic, type Mac, wantsAnswer } from '../net/wire/heartbeat.ts';
import type { DiagnoseOptions, Finding } from './contract.ts';
import type { Session } from './session/session.ts';
import { visit } from './session/visit.ts';
import { openGrounds, sessionOptions } from './visitor.ts';

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
    await using listener = await grounds.transport.serveHttp(
      { host: '0.0.0.0', port: options.peerPort },
      { identity: grounds.home.identity, handle: async () => ({ status: 404, headers: new Map() }) },
    );
    const registered = await link.call('register', {
      instance: how.instance,
      peerPort: listener.at.port,
      agent: how.agent,
    });
    yield peerPort(registered, listener.at.port);
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

/** Writes, syncs and takes away a file where downloads go. */
async function disk({ downloads }: DiagnoseOptions): Promise<Finding> {
  try {
    const folder = await mkdtemp(join(downloads, '.rollcall-doctor-'));
    try {
      await using file = await open(join(folder, 'probe'), 'wx');
      await file.writeFile('rollcall');
      await file.sync();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const { bavail, bsize } = await statfs(downloads);
    const free = bavail * bsize;
    const detail = `${downloads} can be written; ${(free / GiB).toFixed(1)} GiB are free`;
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
