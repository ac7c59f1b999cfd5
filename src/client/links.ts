import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { RollcallError } from '../base/errors.ts';
import { hashBytes, leafCount, leavesFit } from '../base/merkle.ts';
import type { Choice, Owner } from '../base/roll.ts';
import { safeText } from '../base/safeText.ts';
import { sizeText } from '../base/sizeText.ts';
import type { Identity } from '../net/identity/identity.ts';
import type { HttpAnswer, HttpConnection, Transport } from '../net/transport/transport.ts';
import { decodeProblem, nothingHere, parseLinkPath, peerPath, shortLinks } from '../net/wire/peer.ts';
import type { ContentLink } from './contract.ts';
import { isLoopback, lanAddress } from './lanAddress.ts';
import { leavesMs, linkDialMs, maxLeafedBytes } from './limits.ts';
import { claimsOf } from './linkClaims.ts';
import { deadline } from './session/deadline.ts';

export interface LinkPorts {
  identity: Identity;
  transport: Pick<Transport, 'dialHttp'>;
  clock: Clock;
  signal: AbortSignal;
  /** This machine's address on the LAN, as the system tells it where this is missing. */
  lanAddress?: (() => string | undefined) | undefined;
}

/** Meets the owner, so that the link is known to lead to somebody and his key can be named. @throws RollcallError */
export async function linkTo(choice: Choice, owner: Owner, ports: LinkPorts): Promise<ContentLink> {
  const told = termsOf(owner);
  await using connection = await dial(owner, ports);
  return { url: linkUrl(choice, owner), ...told, pin: pinOf(connection) };
}

/**
 * Leaves the ticket with the owner, and gets an address for it that is short enough for a QR code.
 * @throws RollcallError `unreachable`, `refused` where the owner gives none, `usage` for a folder
 */
export async function phoneLinkTo({ kind }: Choice, owner: Owner, ports: LinkPorts): Promise<ContentLink> {
  if (kind === 'folder') throw new RollcallError('usage', `'${owner.name}' is a folder, and a link is for one file`);
  const told = termsOf(owner);
  await using connection = await dial(owner, ports);
  using limit = deadline(ports.clock, linkDialMs, () => failed(owner, 'does not answer'), ports.signal);
  const headers = new Map([['authorization', `Bearer ${owner.ticket}`]]);
  const answer = await connection.request({ method: 'POST', path: shortLinks, headers }, limit.signal);
  const { status } = answer;
  const refusal = decodeProblem(await readBody(answer, maxRefusalBytes));
  const path = answer.headers.get('location') ?? '';
  if (status === 201 && parseLinkPath(path)?.what === 'page') {
    const host = await lanHost(owner, ports);
    return { url: `${schemeOf(told)}://${hostText(host)}:${owner.port}${path}`, ...told, pin: pinOf(connection) };
  }
  if (status === 404 && refusal?.code === 'not-found' && refusal.detail === nothingHere) {
    const remedy = 'update it there, or ask for a link without --qr';
    throw new RollcallError('refused', `${owner.user} runs a rollcall that gives no addresses for phones: ${remedy}`);
  }
  throw new RollcallError('refused', `${owner.user} gives no address: ${safeText(refusal?.detail ?? `${status}`)}`);
}

/** What is at this machine by loopback is found by others under its address on the LAN, if it serves there. */
async function lanHost(owner: Owner, ports: LinkPorts): Promise<string> {
  if (!isLoopback(owner.address)) return owner.address;
  const address = (ports.lanAddress ?? lanAddress)();
  if (address === undefined) return owner.address;
  try {
    await using _met = await dial({ ...owner, address }, ports);
    return address;
  } catch {
    ports.signal.throwIfAborted();
    return owner.address;
  }
}

const pinOf = ({ publicKey }: HttpConnection): string => createHash('sha256').update(publicKey).digest('base64');

const schemeOf = ({ plain }: { plain: boolean }): string => (plain ? 'http' : 'https');

const hostText = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** @throws RollcallError `bad-message` */
function termsOf({ user, ticket }: Owner): Omit<ContentLink, 'url' | 'pin'> {
  const { exp, uses = null, plain = false } = claimsOf(ticket);
  return { owner: user, expires: exp * 1000, uses, plain };
}

/** The address of a content at an owner, with the ticket that opens it. */
export function linkUrl({ id }: Pick<Choice, 'id'>, { address, port, ticket }: Owner): string {
  const { plain = false } = claimsOf(ticket);
  const query = `?ticket=${encodeURIComponent(ticket)}`;
  return `${schemeOf({ plain })}://${hostText(address)}:${port}${peerPath(id, 'content')}${query}`;
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
