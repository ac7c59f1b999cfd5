import { createHash } from 'node:crypto';
import { addressText } from '../../base/address.ts';
import { RollcallError } from '../../base/errors.ts';
import { isLoopback } from '../../base/loopback.ts';
import type { Choice, Owner } from '../../base/roll.ts';
import { safeText } from '../../base/safeText.ts';
import type { HttpConnection } from '../../net/transport/transport.ts';
import { decodeProblem, linkPath, nothingHere, parseLinkPath, peerPath, shortLinks } from '../../net/wire/peer.ts';
import type { ContentLink } from '../contract.ts';
import { deadline } from '../session/deadline.ts';
import { dial, failed, type LinkPorts, readBody } from './askOwner.ts';
import { claimsOf } from './claims.ts';
import { lanAddress } from './lanAddress.ts';
import { linkDialMs, maxRefusalBytes } from './limits.ts';

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
  const left = parseLinkPath(answer.headers.get('location') ?? '');
  if (status === 201 && left?.what === 'page') {
    const host = await lanHost(owner, ports);
    // Written anew: nothing else that the owner put there reaches a terminal, or the command that a person copies.
    const path = linkPath(left);
    return { url: `${schemeOf(told)}://${addressText(host, owner.port)}${path}`, ...told, pin: pinOf(connection) };
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

/** @throws RollcallError `bad-message` */
function termsOf({ user, ticket }: Owner): Omit<ContentLink, 'url' | 'pin'> {
  const { exp, uses = null, plain = false } = claimsOf(ticket);
  return { owner: user, expires: exp * 1000, uses, plain };
}

/** The address of a content at an owner, with the ticket that opens it. */
export function linkUrl({ id }: Pick<Choice, 'id'>, { address, port, ticket }: Owner): string {
  const { plain = false } = claimsOf(ticket);
  const query = `?ticket=${encodeURIComponent(ticket)}`;
  return `${schemeOf({ plain })}://${addressText(address, port)}${peerPath(id, 'content')}${query}`;
}
