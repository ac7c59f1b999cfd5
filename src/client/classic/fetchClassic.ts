import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import type { RateLimit } from '../../base/rateLimit.ts';
import type { PeerAddress, UnverifiedOwner } from '../../base/roll.ts';
import { safeText } from '../../base/safeText.ts';
import { sizeText } from '../../base/sizeText.ts';
import { showEndpoint } from '../../net/transport/failures.ts';
import type { Stream, Transport } from '../../net/transport/transport.ts';
import { encodePeerRequest } from '../../net/wire/classic/peer.ts';
import { type PeerAnswer, PeerAnswerReader, tellsLength } from '../../net/wire/classic/peerAnswer.ts';
import { converse, type Ending } from './converse.ts';
import { dialMs, silentMs } from './limits.ts';

export interface ClassicPorts {
  transport: Pick<Transport, 'dialPlain'>;
  clock: Clock;
  /** On the bytes that come in. */
  limit: RateLimit;
  /** Tells the tracker that the owner could not be reached, or fell silent. Never fails. */
  report(owner: PeerAddress): void;
}

/** Where a file goes that comes in one piece after another. */
export interface Receiver {
  /** It is there, and so long, where its owner told. Called once, before the first byte. */
  begin(size: number | null): Promise<void>;
  /** The bytes are the receiver's to keep. */
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * Fetches a file as its owner's dialect has it. Returns once its answer has ended as an answer ends; where that tells no
 * length, nobody can say whether that is all of the file.
 * @throws RollcallError `unreachable` where no answer came, `unfinished` where it ended before its end, `not-found`,
 * `refused`, `bad-message`, `bad-content` where more came than was told; what the receiver throws; the signal's reason
 */
export async function fetchClassic(
  owner: UnverifiedOwner,
  into: Receiver,
  ports: ClassicPorts,
  signal: AbortSignal,
): Promise<void> {
  const { clock, limit } = ports;
  const request = encodePeerRequest(owner.dialect, owner.spelling);
  const reader = new PeerAnswerReader(owner.dialect);
  let heard = false;
  let begun = false;
  let bytes = 0;
  const stream = await dial(owner, ports, signal);

  const take = async (answer: PeerAnswer): Promise<void> => {
    if (answer.part === 'refusal') throw refusal(owner, answer);
    if (!reader.begun) return;
    if (!begun) await into.begin(reader.size ?? null);
    begun = true;
    bytes += answer.bytes.length;
    if (reader.size !== undefined && bytes > reader.size) throw tooLong(owner, reader.size);
    if (answer.bytes.length > 0) await into.write(answer.bytes);
    // Some wait for the other side to close first.
    if (bytes === reader.size) stream.end();
  };
  const ending = await converse(
    stream,
    request,
    async (chunk) => {
      heard = true;
      await limit.take(chunk.length, signal);
      await take(reader.push(chunk));
    },
    { clock, silentMs, signal },
  );
  if (ending === 'ended') await take(reader.end());
  const whole = reader.size === undefined ? !tellsLength(owner.dialect) : bytes === reader.size;
  if (ending === 'ended' && whole) return;
  if (ending === 'silent' || !heard) ports.report(owner);
  throw cutShort(owner, ending, heard, bytes, reader.size);
}

async function dial(
  owner: UnverifiedOwner,
  { transport, clock, report }: ClassicPorts,
  signal: AbortSignal,
): Promise<Stream> {
  const late = new AbortController();
  using _deadline = clock.after(dialMs, () => late.abort(noConnection(owner, `no answer in ${dialMs / 1000} s`)));
  try {
    const to = { host: owner.address, port: owner.port };
    return await transport.dialPlain(to, { signal: AbortSignal.any([signal, late.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    report(owner);
    if (late.signal.aborted) throw late.signal.reason;
    const where = showEndpoint({ host: owner.address, port: owner.port });
    throw noConnection(owner, `nothing answers at ${where}; look at the list again, or ask another owner`, error);
  }
}

const noConnection = ({ user, name }: UnverifiedOwner, why: string, cause?: unknown): RollcallError =>
  new RollcallError('unreachable', `'${safeText(name)}' cannot be fetched from ${safeText(user)}: ${why}`, { cause });

function refusal(
  { user, name, dialect }: UnverifiedOwner,
  { why, said }: PeerAnswer & { part: 'refusal' },
): RollcallError {
  const [who, what] = [safeText(user), safeText(name)];
  if (why === 'not-found') {
    const orElse = dialect === 'versioned' ? ', or it is empty' : '';
    const message = `${who} has no '${what}' any more${orElse}: look at the list again, or ask another owner`;
    return new RollcallError('not-found', message);
  }
  const word = said === '' ? '' : `: "${said}"`;
  return new RollcallError('refused', `${who} does not hand out '${what}'${word}. Try again, or ask another owner`);
}

const tooLong = ({ user, name }: UnverifiedOwner, size: number): RollcallError =>
  new RollcallError(
    'bad-content',
    `${safeText(user)} sent more of '${safeText(name)}' than the ${sizeText(size)} it told of: nothing of it is kept`,
  );

function cutShort(
  owner: UnverifiedOwner,
  ending: Ending,
  heard: boolean,
  bytes: number,
  size: number | undefined,
): RollcallError {
  const how = {
    ended: 'the connection was closed',
    lost: 'the connection was lost',
    silent: `nothing came for ${silentMs / 1000} s`,
  }[ending];
  if (!heard) return noConnection(owner, `${how} without an answer; try again, or ask another owner`);
  const [who, what] = [safeText(owner.user), safeText(owner.name)];
  const come = size === undefined ? sizeText(bytes) : `${sizeText(bytes)} of ${sizeText(size)}`;
  return new RollcallError(
    'unfinished',
    `${how} after ${come} of '${what}' from ${who}. Nothing is kept, since it cannot be verified: fetch it again`,
  );
}
