import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { RollcallError } from '../base/errors.ts';
import { hashBytes, leafCount, leavesFit } from '../base/merkle.ts';
import type { Choice, Owner } from '../base/roll.ts';
import { safeText } from '../base/safeText.ts';
import { sizeText } from '../base/sizeText.ts';
import type { Identity } from '../net/identity/identity.ts';
import type { HttpAnswer, HttpConnection, Transport } from '../net/transport/transport.ts';
import { decodeProblem, peerPath } from '../net/wire/peer.ts';
import { type LinkClaims, linkClaims } from '../net/wire/ticket.ts';
import type { ContentLink } from './contract.ts';
import { leavesMs, linkDialMs, maxLeafedBytes } from './limits.ts';
import { deadline } from './session/deadline.ts';

export interface LinkPorts {
  identity: Identity;
  transport: Pick<Transport, 'dialHttp'>;
  clock: Clock;
  signal: AbortSignal;
}

/** Meets the owner, so that the link is known to lead to somebody and his key can be named. @throws RollcallError */
export async function linkTo(choice: Choice, owner: Owner, ports: LinkPorts): Promise<ContentLink> {
  const { exp } = claimsOf(owner.ticket);
  await using connection = await dial(owner, ports);
  const pin = createHash('sha256').update(connection.publicKey).digest('base64');
  return { url: linkUrl(choice, owner), owner: owner.user, expires: exp * 1000, pin };
}

/** The address of a content at an owner, with the ticket that opens it. */
export function linkUrl({ id }: Pick<Choice, 'id'>, { address, port, ticket }: Owner): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `https://${host}:${port}${peerPath(id, 'content')}?ticket=${encodeURIComponent(ticket)}`;
}

/** What a ticket says, unchecked: it is for the owner to check it. @throws RollcallError `bad-message` */
function claimsOf(ticket: string): LinkClaims {
  try {
    const [, payload = ''] = ticket.split('.');
    return linkClaims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  } catch (cause) {
    throw new RollcallError('bad-message', 'the tracker gave no ticket that can go into a link', { cause });
  }
}

/**
 * SHA-256 of each 16 KiB of a file, checked against its id: from the first owner who gives them.
 * @throws RollcallError `limit` for a file that has too many; what the last owner failed with
 */
export async function fetchLeaves(choice: Choice, ports: LinkPorts): Promise<Uint8Array> {
  if (choice.size > maxLeafedBytes) {
    const most = sizeText(maxLeafedBytes);
    throw new RollcallError('limit', `the hashes of a file of more than ${most} are too many: use a link alone`);
  }
  if (choice.size === 0) return new Uint8Array();
  let failure: unknown = new RollcallError('not-found', 'nobody has it at the moment');
  for (const owner of choice.owners) {
    try {
      return await leavesFrom(choice, owner, ports);
    } catch (error) {
      ports.signal.throwIfAborted();
      if (!(error instanceof RollcallError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function leavesFrom({ id, size }: Choice, owner: Owner, ports: LinkPorts): Promise<Uint8Array> {
  await using connection = await dial(owner, ports);
  using limit = deadline(
    ports.clock,
    leavesMs,
    () => failed(owner, `took more than ${leavesMs / 1000} s`),
    ports.signal,
  );
  const headers = new Map([['authorization', `Bearer ${owner.ticket}`]]);
  const answer = await connection.request({ method: 'GET', path: peerPath(id, 'leaves'), headers }, limit.signal);
  const ok = answer.status === 200;
  const length = Number(answer.headers.get('content-length') ?? Number.NaN);
  const wanted = leafCount(size) * hashBytes;
  if (ok && length !== wanted) throw failed(owner, 'does not answer with as many hashes as the file has');
  const body = await readBody(answer, ok ? wanted : maxRefusalBytes);
  if (!ok) throw failed(owner, `answers ${answer.status} ${safeText(decodeProblem(body)?.detail ?? '')}`.trim());
  if (leavesFit(body, size, id)) return body;
  throw new RollcallError('bad-content', `the hashes that ${owner.user} gives are not those of ${id}`);
}

/** Longest refusal that is read, bytes: ours are some hundred. */
const maxRefusalBytes = 16_384;

/** What is beyond `most` bytes is left out. */
async function readBody(answer: HttpAnswer, most: number): Promise<Uint8Array> {
  const body = new Uint8Array(most);
  let at = 0;
  await answer.read((chunk) => {
    const part = chunk.subarray(0, most - at);
    body.set(part, at);
    at += part.length;
  });
  return body.subarray(0, at);
}

async function dial(owner: Owner, { identity, transport, clock, signal }: LinkPorts): Promise<HttpConnection> {
  const { address: host, port, fingerprint: expect } = owner;
  using limit = deadline(clock, linkDialMs, () => failed(owner, 'does not answer'), signal);
  return await transport.dialHttp({ host, port }, { identity, expect, signal: limit.signal });
}

const failed = ({ user, address, port }: Owner, how: string): RollcallError =>
  new RollcallError('unreachable', `${user} (${address}:${port}) ${how}. Ask another owner, with --from, or try again`);
