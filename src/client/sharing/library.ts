import type { ContentId } from '../../base/ids.ts';
import type { ResourceName } from '../../base/names.ts';
import type { Announcement } from '../../base/roll.ts';
import type { Content, SharedFile } from './content/content.ts';
import { rememberedChanges } from './limits.ts';

/** Where the bytes of a content come from. */
export type Source = { name: ResourceName; id: ContentId; size: number; layer: Uint8Array } & (
  | { file: SharedFile; bytes?: undefined }
  /** A folder's listing. */
  | { bytes: Uint8Array; file?: undefined }
);

/** `changed`: it was shared until its file changed. `uncovered`: it is not part of what the ticket is for. */
export type Lookup = Source | 'unknown' | 'changed' | 'uncovered';

interface Resource {
  announcement: Announcement;
  content: Content;
  files: Map<ContentId, SharedFile>;
}

/** What is shared: by resource name, and from a ticket's content id to where the bytes are. */
export class Library {
  readonly #byName = new Map<ResourceName, Resource>();
  readonly #byId = new Map<ContentId, Set<Resource>>();
  readonly #changed = new Set<ContentId>();
  readonly #dropped: (file: SharedFile) => void;

  /** `dropped` is told of each file that is no longer shared in that state. */
  constructor(dropped: (file: SharedFile) => void) {
    this.#dropped = dropped;
  }

  /** Adds a resource, or replaces the one of its name. */
  put(announcement: Announcement, content: Content): void {
    const old = this.#take(announcement.name);
    if (old !== undefined && old.content.id !== content.id) this.#remember(old.content.id);
    const files = new Map(content.files.map((file) => [file.id, file]));
    const resource = { announcement, content, files };
    this.#byName.set(announcement.name, resource);
    const same = this.#byId.get(content.id) ?? new Set();
    this.#byId.set(content.id, same.add(resource));
  }

  get(name: ResourceName): Announcement | undefined {
    return this.#byName.get(name)?.announcement;
  }

  list(): Announcement[] {
    return Array.from(this.#byName.values(), ({ announcement }) => announcement);
  }

  /** Takes a resource out; `changed` where its owner did not want that. */
  remove(name: ResourceName, why: 'withdrawn' | 'changed'): void {
    const old = this.#take(name);
    if (old !== undefined && why === 'changed') this.#remember(old.content.id);
  }

  /** True where that very file, in that state, still is what is shared under the name. */
  holds(name: ResourceName, file: SharedFile): boolean {
    return this.#byName.get(name)?.files.get(file.id) === file;
  }

  /** What a ticket for `ticketed` lets somebody fetch as `id`: itself, or a file of the folder that it lists. */
  find(ticketed: ContentId, id: ContentId): Lookup {
    const resources = this.#byId.get(ticketed);
    if (resources === undefined) return this.#changed.has(ticketed) ? 'changed' : 'unknown';
    for (const { announcement, content, files } of resources) {
      const { name } = announcement;
      if (id === content.id && content.listing !== undefined) {
        return { name, id, size: content.listing.bytes.length, ...content.listing };
      }
      const file = files.get(id);
      if (file !== undefined) return { name, id, size: file.size, layer: file.layer, file };
    }
    return 'uncovered';
  }

  #take(name: ResourceName): Resource | undefined {
    const old = this.#byName.get(name);
    if (old === undefined) return undefined;
    this.#byName.delete(name);
    const same = this.#byId.get(old.content.id);
    same?.delete(old);
    if (same?.size === 0) this.#byId.delete(old.content.id);
    for (const file of old.content.files) this.#dropped(file);
    return old;
  }

  #remember(id: ContentId): void {
    const [oldest] = this.#changed;
    if (this.#changed.size >= rememberedChanges && oldest !== undefined) this.#changed.delete(oldest);
    this.#changed.add(id);
  }
}
