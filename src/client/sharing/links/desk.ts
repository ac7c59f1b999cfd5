import type { UserName } from '../../../base/names.ts';
import type { HttpCaller, HttpReply } from '../../../net/transport/transport.ts';
import { type LinkPath, linkPath } from '../../../net/wire/peer.ts';
import { busy, problem, reply } from '../serve/replies.ts';
import type { LinkTicket } from '../serve/tickets.ts';
import type { Source } from '../source.ts';
import { linkPage } from './linkPage.ts';
import type { LinkUses } from './linkUses.ts';
import type { ShortLinks } from './shortLinks.ts';

/** What a peer has for links besides the bytes. */
export interface LinkDesk {
  shortLinks: ShortLinks;
  linkUses: LinkUses;
  /** Who shares, where he goes by a name. */
  user: UserName | undefined;
  /** Not even links that say so are answered in plain HTTP. */
  refusePlain: boolean;
}

/** A ticket that is good for this. */
export interface Shown {
  ticket: string;
  /** Where it is a link's. */
  link: LinkTicket | undefined;
  source: Source;
}

/** Why somebody is not answered in plain HTTP. */
export const plainRefused = ({ refusePlain }: LinkDesk): HttpReply =>
  problem(
    'plain-refused',
    refusePlain
      ? 'nothing is answered here without encryption: use https://'
      : 'without encryption only links that were made so are answered here: use https://',
  );

/** Keeps a link's ticket, and tells by which address it can be used from now on. */
export function leaveLink({ shortLinks }: LinkDesk, { ticket, link, source }: Shown, caller: HttpCaller): HttpReply {
  if (link === undefined) return problem('ticket-refused', "only a link's ticket can be left here");
  if (source.listing !== undefined) return problem('malformed', 'a folder has no page, only a file has');
  const code = shortLinks.leave(ticket, link.ends, caller.remote.host);
  if (code === undefined) return busy('too many links have an address here');
  const location = linkPath({ code, what: 'page' });
  return reply(201, { location, 'cache-control': 'no-store' }, new Uint8Array());
}

/** The page of a link that was left here. */
export function pageOf(
  { linkUses, user }: LinkDesk,
  { link, source }: Shown & { link: LinkTicket },
  { code }: LinkPath,
  { encrypted }: HttpCaller,
): HttpReply {
  const { counted } = link;
  return linkPage({
    name: source.name ?? source.id,
    description: source.description ?? '',
    size: source.stream.layout.size,
    owner: user,
    ends: link.ends,
    uses: counted && { all: counted.uses, left: linkUses.left(counted) },
    encrypted,
    path: linkPath({ code, what: 'file' }),
  });
}
