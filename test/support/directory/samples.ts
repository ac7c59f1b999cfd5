import { type ContentId, contentId, fingerprint, type SessionId, sessionId } from '../../../src/base/ids.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Announcement, UnverifiedResource } from '../../../src/base/roll.ts';
import type { Peer } from '../../../src/directory/directory.ts';

const fourDigits = (number: number): string => number.toString(16).padStart(4, '0');

/** A content id for a number below 65,536. Ids are in the order of their numbers, by their first digits alone. */
export const contentOf = (number: number): ContentId =>
  contentId(fourDigits(number) + fourDigits(65_535 - number).repeat(15));

export const session = (number: number): SessionId => sessionId(number);

/** A peer of this session and user; alive where `change` says nothing else. */
export function peerOf(number: number, user: string, change: Partial<Peer> = {}): Peer {
  return {
    session: session(number),
    user: userName(user),
    fingerprint: fingerprint((number % 256).toString(16).padStart(2, '0').repeat(32)),
    address: `10.0.0.${number % 256}`,
    port: 20_000 + (number % 1000),
    state: 'alive',
    udp: 'ok',
    since: 1_900_000_000_000 + number,
    dialects: [],
    ...change,
  };
}

/** A resource of this name, whose content is as its number says. */
export function resourceOf(name: string, content = 1, change: Partial<Announcement> = {}): Announcement {
  return {
    name: resourceName(name),
    id: contentOf(content),
    size: content * 1000,
    kind: 'file',
    description: '',
    modified: 1_800_000_000_000 + content,
    ...change,
  };
}

export const namesOf = (...names: string[]): Announcement['name'][] => names.map(resourceName);

/** A file of this name that nobody can verify. */
export const unverifiedOf = (name: string, spelling?: string): UnverifiedResource => ({
  name: resourceName(name),
  id: null,
  size: null,
  kind: 'file',
  description: '',
  modified: 1_800_000_000_000,
  ...(spelling !== undefined && { spelling }),
});
