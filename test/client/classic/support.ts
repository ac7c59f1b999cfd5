import type { Clock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import type { PublicFile, PublicFiles } from '../../../src/client/classic/publicFiles.ts';
import { serveClassic } from '../../../src/client/classic/serve.ts';
import { memoryNetwork } from '../../../src/net/transport/memory.ts';
import type { Stream, Transport } from '../../../src/net/transport/transport.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Alice, who shares, and Bob, who asks. */
export interface Two {
  clock: FakeClock;
  /** From one to the other. */
  latencyMs: number;
  alice: Transport;
  bob: Transport;
  /** Pulls Alice's cable. */
  cut(): void;
  /** Breaks every connection that Alice has. */
  sever(): void;
}

export function two(latencyMs = 0): Two {
  const clock = new FakeClock();
  const network = memoryNetwork({ clock, random: () => 0.5, latencyMs });
  return {
    clock,
    latencyMs,
    alice: network.at('10.0.0.1'),
    bob: network.at('10.0.0.2'),
    cut: () => network.cut('10.0.0.1'),
    sever: () => network.sever('10.0.0.1'),
  };
}

export const alicePort = 4000;
const at = { host: '10.0.0.1', port: alicePort };

/** What came of a connection. */
export interface Call {
  stream: Stream;
  readonly text: string;
  readonly bytes: number;
  /** `ended`: the other side said all it will. `closed`, or why it broke. */
  readonly state: 'open' | 'ended' | 'closed' | 'lost';
  say(text: string | Uint8Array): Promise<void>;
}

/** Bob calls, and hears what comes. */
export async function call({ bob, clock, latencyMs }: Two): Promise<Call> {
  const dialling = bob.dialPlain(at, { signal: new AbortController().signal });
  await clock.wind(3 * latencyMs);
  const stream = await dialling;
  let text = '';
  let bytes = 0;
  let state: Call['state'] = 'open';
  stream.open({
    data(chunk) {
      bytes += chunk.length;
      if (bytes < 10_000) text += new TextDecoder().decode(chunk);
    },
    ended() {
      state = 'ended';
      stream.end();
    },
    closed(error) {
      if (error !== undefined) state = 'lost';
      else if (state === 'open') state = 'closed';
    },
  });
  return {
    stream,
    get text() {
      return text;
    },
    get bytes() {
      return bytes;
    },
    get state() {
      return state;
    },
    async say(what) {
      stream.write(what);
      await settle();
    },
  };
}

export interface Shown extends PublicFiles {
  /** What was asked for, and for whom. */
  readonly asked: [string, string][];
}

/** Files with these texts, or with bytes of the test's own making. */
export function shown(files: Record<string, string | (() => PublicFile)>): Shown {
  const asked: [string, string][] = [];
  return {
    asked,
    async open(name, caller) {
      asked.push([name, caller]);
      const file = new Map(Object.entries(files)).get(name);
      if (file === undefined) return 'not-found';
      return typeof file === 'string' ? { size: bytesOf(file).length, bytes: inPieces(file) } : file();
    },
  };
}

async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = bytesOf(text);
  for (let from = 0; from < bytes.length; from += 3) yield bytes.subarray(from, from + 3);
}

/** Alice answers. */
export async function serving({ alice, clock }: { alice: Transport; clock: Clock }, files: PublicFiles): Promise<void> {
  const accept = serveClassic({ files, clock, log: silentLog });
  await alice.listenPlain(at, { accept });
}
