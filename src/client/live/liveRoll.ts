import type { ContentId } from '../../base/ids.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { Change, PeerAddress, PeerState, ResourceKind, ResourceRow, UserRow } from '../../base/roll.ts';

/**
 * The roll as it is at this moment, kept true by what the tracker tells: a mirror that many may look at without asking
 * the tracker again. Everything that it returns is for reading only.
 */
export interface LiveRoll {
  /** Grows with each change of what is seen here. */
  readonly version: number;
  /** `old`: the tracker is away, and this is what it said last. `empty`: it was never asked. */
  readonly state: RollState;
  /** Resources that are known: one name at one owner each. */
  readonly resources: number;
  /** True where the tracker has more resources than are kept here: then `contents` may lack some. */
  readonly cut: boolean;
  /** A row for each session, as the tracker has them: sorted by name, those who are suspect last. */
  users(): readonly UserRow[];
  contents(query: RollQuery): ContentPage;
  /** Calls `changed` after each change, at once for the first and then at most every `liveGapMs`; until disposed of. */
  watch(changed: () => void): Disposable;
}

export type RollState = 'empty' | 'loading' | 'live' | 'old';

export const contentSorts = ['name', 'size', 'modified', 'owners'] as const;
export type ContentSort = (typeof contentSorts)[number];

export interface RollQuery {
  /** Names that contain it, in any case; each of several words has to be in the name, the owner's name or the description. */
  pattern?: string | undefined;
  /** What this user shares. */
  owner?: UserName | undefined;
  sort: ContentSort;
  descending: boolean;
  offset: number;
  limit: number;
}

export interface ContentPage {
  version: number;
  /** Contents that fit the query, in all. */
  total: number;
  rows: ContentRow[];
}

/** One content under one name, with everybody who has it so; where nobody can verify it, one owner's file. */
export interface ContentRow {
  /** Tells it from all others, and stays the same while it is there. */
  key: string;
  name: ResourceName;
  id: ContentId | null;
  /** Bytes. */
  size: number | null;
  kind: ResourceKind;
  description: string;
  /** When the newest copy last changed, milliseconds since 1970. */
  modified: number;
  /** Those who are suspect last. */
  owners: ContentOwner[];
  /** Different contents that go by this name, this one included: above 1 a person has to look which one he wants. */
  namesakes: number;
}

export interface ContentOwner extends PeerAddress {
  user: UserName;
  state: PeerState;
}

/** What a live roll needs of the tracker. */
export interface RollSource {
  find(query: Record<never, never>): AsyncIterable<ResourceRow>;
  users(): AsyncIterable<UserRow>;
}

/** What keeps it true; told by whoever holds the session. */
export interface RollFeed {
  /** Joined, for the first time or again: all is listed anew. */
  joined(source: RollSource): void;
  changes(changes: readonly Change[], missed: number): void;
  /** The tracker is away. */
  lost(): void;
  /** No tracker any more: all is forgotten. */
  left(): void;
}
