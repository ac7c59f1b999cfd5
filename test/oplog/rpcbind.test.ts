import { describe, expect, it } from 'vitest';
import { type Log, silentLog } from '../../src/base/log.ts';
import { memoryNetwork } from '../../src/net/transport/memory.ts';
import type { Transport } from '../../src/net/transport/transport.ts';
import { decodeRpcCall, encodeRpcReply } from '../../src/net/wire/oncRpc/message.ts';
import { encodeRecord, RecordReader } from '../../src/net/wire/oncRpc/records.ts';
import { XdrReader, XdrWriter } from '../../src/net/wire/oncRpc/xdr.ts';
import { rpcbindMs } from '../../src/oplog/limits.ts';
import { type Registration, registerWithRpcbind } from '../../src/oplog/rpcbind.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { seededRandom } from '../support/random.ts';

const machine = '10.0.0.1';
/** Stands for rpcbind's socket, which is no port. */
const socketPort = 112;

interface Scene {
  clock: FakeClock;
  /** What rpcbind was told: `4 set tcp 0.0.0.0.8.1`, `2 unset 6 2049`. */
  told: string[];
  said: string[];
  register(host?: string): Promise<Registration>;
}

/** A machine whose rpcbind listens there, if anywhere, and answers so. */
async function openScene(
  listens: { socket?: boolean; port?: boolean },
  answer: (call: string) => boolean | 'silence' | 'garbage' = () => true,
): Promise<Scene> {
  const clock = new FakeClock();
  const own = memoryNetwork({ clock, random: seededRandom(1) }).at(machine);
  const [told, said]: [string[], string[]] = [[], []];
  const serve = (port: number): Promise<unknown> =>
    own.listenPlain(
      { host: machine, port },
      {
        accept(stream) {
          const records = new RecordReader();
          const take = (message: Uint8Array): void => {
            const decoded = decodeRpcCall(message);
            if ('denied' in decoded) throw new Error('no call');
            const { xid } = decoded.call;
            const call = show(decoded.call);
            told.push(call);
            const outcome = answer(call);
            if (outcome === 'garbage') stream.write('no RPC at all, sorry');
            if (typeof outcome === 'string') return;
            const result = new XdrWriter().bool(outcome).bytes();
            stream.write(encodeRecord(encodeRpcReply({ xid, status: 'success', result })));
          };
          stream.open({ data: (bytes) => records.push(bytes).forEach(take), closed() {} });
        },
      },
    );
  if (listens.socket) await serve(socketPort);
  if (listens.port) await serve(111);
  const transport: Transport = {
    ...own,
    dialPlain(to, options) {
      if (!('path' in to)) return own.dialPlain(to, options);
      const port = to.path === '/var/run/rpcbind.sock' ? socketPort : 1;
      return own.dialPlain({ host: machine, port }, options);
    },
  };
  const log: Log = {
    ...silentLog,
    debug: (_, message) => void (message.startsWith('no rpcbind') && said.push(`debug: ${message}`)),
    warn: (_, message) => void said.push(`warn: ${message}`),
  };
  return {
    clock,
    told,
    said,
    register: (host = '0.0.0.0') => registerWithRpcbind({ transport, at: { host, port: 2049 }, clock, log }),
  };
}

function show({
  program,
  version,
  procedure,
  args,
}: { [name in 'program' | 'version' | 'procedure']: number } & {
  args: Uint8Array;
}): string {
  const reader = new XdrReader(args);
  expect([program, reader.unsigned(), reader.unsigned()]).toEqual([100_000, 0x3123_4567, 1]);
  const what = procedure === 1 ? 'set' : 'unset';
  const words = version === 4 ? [reader.string(99), reader.string(99)] : [reader.unsigned(), reader.unsigned()];
  return [version, what, ...words].join(' ').trim();
}

describe('the log server', () => {
  it('takes an older registration away, sets its own, and takes it away at the end', async () => {
    const { told, said, register } = await openScene({ socket: true, port: true });
    const registration = await register();
    expect(registration.registered).toBe(true);
    expect(told).toEqual(['4 unset', '4 set tcp 0.0.0.0.8.1', '4 set udp 0.0.0.0.8.1']);
    await registration[Symbol.asyncDispose]();
    expect(told.slice(3)).toEqual(['4 unset']);
    expect(said).toEqual([]);
  });

  it.each([
    ['127.0.0.1', ['tcp 127.0.0.1.8.1', 'udp 127.0.0.1.8.1']],
    ['::1', ['tcp6 ::1.8.1', 'udp6 ::1.8.1']],
    ['::', ['tcp 0.0.0.0.8.1', 'udp 0.0.0.0.8.1', 'tcp6 ::.8.1', 'udp6 ::.8.1']],
  ])('is named by every network that %s is reached by', async (host, addresses) => {
    const { told, register } = await openScene({ socket: true });
    await register(host);
    expect(told).toEqual(['4 unset', ...addresses.map((address) => `4 set ${address}`)]);
  });

  it('asks the port mapper where rpcbind has no socket', async () => {
    const { told, register } = await openScene({ port: true });
    const registration = await register();
    expect(registration.registered).toBe(true);
    expect(told).toEqual(['2 unset 6 2049', '2 set 6 2049', '2 set 17 2049']);
    await registration[Symbol.asyncDispose]();
    expect(told.slice(3)).toEqual(['2 unset 6 2049']);
  });

  it('does not ask the port mapper, which knows no IPv6, for a server that has no IPv4', async () => {
    const { told, register } = await openScene({ port: true });
    expect((await register('::1')).registered).toBe(false);
    expect(told).toEqual([]);
  });

  it('serves without rpcbind, and says so for who debugs', async () => {
    const { said, register } = await openScene({});
    expect((await register()).registered).toBe(false);
    expect(said).toEqual(['debug: no rpcbind runs on this machine: clients have to be told the port']);
  });

  it('says that rpcbind refuses, and leaves what is not its own', async () => {
    const { told, said, register } = await openScene({ socket: true }, () => false);
    const registration = await register();
    expect(registration.registered).toBe(false);
    expect(said).toEqual([expect.stringContaining('warn: rpcbind refuses to name this server')]);
    told.length = 0;
    await registration[Symbol.asyncDispose]();
    expect(told).toEqual([]);
  });

  it('is registered where there was nothing older to take away', async () => {
    const { register } = await openScene({ socket: true }, (call) => call !== '4 unset');
    expect((await register()).registered).toBe(true);
  });

  it.each(['silence', 'garbage'] as const)('goes on after %s', async (answer) => {
    const { clock, register } = await openScene({ socket: true }, () => answer);
    const registering = register();
    await clock.wind(rpcbindMs);
    expect((await registering).registered).toBe(false);
    expect(clock.waiting).toBe(0);
  });
});
