import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from './processes.ts';

/** Debian's BitTorrent tracker, answering BEP 15 announces on loopback. */
export interface Opentracker extends AsyncDisposable {
  readonly pid: number | undefined;
  readonly port: number;
  /** Announces of `peers` peers over 100 torrents, back to back. */
  announces(peers: number): Promise<Buffer>;
}

export const announceBytes = 98;
const torrents = 100;
const connectMagic = 0x41727101980n;
const answerMs = 5000;

/**
 * @param folder to itself: it holds its settings, and opentracker locks itself up in it
 * @param workers threads that answer; with 0, as it ships, its event loop does
 */
export async function startOpentracker(folder: string, pinned: string[], workers: number): Promise<Opentracker> {
  const hashes = Array.from({ length: torrents }, () => randomBytes(20));
  const port = await freePort();
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'whitelist'), hashes.map((id) => `${id.toString('hex')}\n`).join(''));
  const settings = [
    `listen.udp.workers ${workers}`,
    `listen.udp 127.0.0.1:${port}`,
    `listen.tcp 127.0.0.1:${port}`,
    `tracker.rootdir ${folder}`,
    'tracker.user nobody',
    'access.whitelist whitelist',
  ];
  writeFileSync(join(folder, 'settings'), `${settings.join('\n')}\n`);
  const [command = 'opentracker', ...args] = [...pinned, 'opentracker', '-f', join(folder, 'settings')];
  const running = start(command, args);
  return {
    pid: running.process.pid,
    port,
    async announces(peers) {
      const connection = await connect(port);
      const all = Array.from({ length: peers }, (_, peer) =>
        announce(connection, hashes[peer % torrents] ?? Buffer.alloc(20), peer),
      );
      return Buffer.concat(all);
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** @throws where nobody answers */
async function connect(port: number): Promise<Buffer> {
  const socket = createSocket('udp4');
  try {
    const request = Buffer.alloc(16);
    request.writeBigUInt64BE(connectMagic);
    const answer = once(socket, 'message', { signal: AbortSignal.timeout(answerMs) });
    const asking = setInterval(() => socket.send(request, port, '127.0.0.1'), 100);
    const [bytes] = (await answer.finally(() => clearInterval(asking))) as [Buffer];
    await sleep(100);
    return bytes.subarray(8, 16);
  } finally {
    socket.close();
  }
}

/** Asks for no peers in return: the shortest answer. */
function announce(connection: Buffer, torrent: Buffer, peer: number): Buffer {
  const bytes = Buffer.alloc(announceBytes);
  connection.copy(bytes, 0);
  bytes.writeUInt32BE(1, 8);
  bytes.writeUInt32BE(peer, 12);
  torrent.copy(bytes, 16);
  bytes.write('-RC0001-', 36);
  bytes.writeUInt32BE(peer, 44);
  bytes.writeUInt32BE(peer, 88);
  bytes.writeUInt16BE(10_000 + (peer % 50_000), 96);
  return bytes;
}
