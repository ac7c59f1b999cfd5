import { type Clock, sleep } from '../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Dialect } from '../../base/roll.ts';
import { safeText } from '../../base/safeText.ts';
import type { Stream } from '../../net/transport/transport.ts';
import type { PeerRequest } from '../../net/wire/classic/peer.ts';
import { answerHead, encodeRefusal, type PeerRefusal } from '../../net/wire/classic/peerAnswer.ts';
import { hear } from './hear.ts';
import { headPartMs, writeBytes, writeMs } from './limits.ts';
import type { PublicFile, PublicFiles } from './publicFiles.ts';

export interface ClassicServer {
  files: PublicFiles;
  clock: Clock;
  log: Log;
}

/** Answers peers of older systems, one request a stream, in the dialect that it is asked in. */
export function serveClassic(server: ClassicServer): (stream: Stream) => void {
  return (stream) => void serve(server, stream);
}

/** Never fails: what goes wrong ends the stream. */
async function serve({ files, clock, log }: ClassicServer, stream: Stream): Promise<void> {
  const { remote } = stream;
  const gone = new AbortController();
  const request = await hear(stream, clock, (error) => {
    gone.abort(error ?? new RollcallError('unreachable', 'the caller has left'));
  });
  if (request === undefined) return stream.destroy();
  const { dialect } = request;
  try {
    const file = await find(files, request, remote.host, gone.signal);
    gone.signal.throwIfAborted();
    if (typeof file === 'string') stream.write(encodeRefusal(dialect, file));
    else await send(stream, dialect, file, clock, gone.signal);
    stream.end();
    log.debug({ remote, dialect, outcome: typeof file === 'string' ? file : 'sent' }, 'a peer asked without a ticket');
  } catch (error) {
    // Cut off rather than ended: where no length was told, only that shows the caller that he has not got all.
    stream.destroy();
    log.debug({ remote, dialect, error: safeText(asRollcallError(error).message) }, 'an answer was cut short');
  }
}

async function find(
  files: PublicFiles,
  request: PeerRequest,
  host: string,
  signal: AbortSignal,
): Promise<PublicFile | PeerRefusal> {
  return request.wrong ?? (await files.open(request.name, host, signal));
}

async function send(
  stream: Stream,
  dialect: Dialect,
  { size, bytes }: PublicFile,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const parts = answerHead(dialect, size);
  for (const part of parts) {
    stream.write(part);
    if (parts.length > 1) await sleep(clock, headPartMs, signal);
  }
  let sent = 0;
  for await (const chunk of bytes) {
    sent += chunk.length;
    for (let from = 0; from < chunk.length; from += writeBytes) {
      stream.write(chunk.subarray(from, from + writeBytes));
      await taken(stream, clock, signal);
    }
  }
  if (sent !== size) throw new RollcallError('changed', `${sent} of ${size} bytes were there to send`);
}

/** Resolves once the reader took what was written. @throws RollcallError where he is too slow, or gone */
async function taken(stream: Stream, clock: Clock, signal: AbortSignal): Promise<void> {
  if (stream.queuedBytes > 0) {
    let slow = false;
    using _patience = clock.after(writeMs, () => {
      slow = true;
      stream.destroy();
    });
    await stream.drained();
    if (slow) throw new RollcallError('limit', `the caller took no ${writeBytes} bytes in ${writeMs / 1000} s`);
  }
  signal.throwIfAborted();
}
