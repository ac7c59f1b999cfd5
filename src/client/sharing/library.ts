import { basename } from 'node:path';
import type { ContentId } from '../../base/ids.ts';
import type { ResourceName } from '../../base/names.ts';
import type { Announcement } from '../../base/roll.ts';
import { Changed } from './changed.ts';
import type { Content, SharedFile } from './content/content.ts';
import { KnownStreams } from './serve/knownStreams.ts';
import type { Trouble } from './serve/parts.ts';
import { WholeStream } from './serve/stream.ts';
import type { Lookup } from './source.ts';

export interface LibraryOptions {
  /** Told of each file that is no longer shared in that state. */
  dropped(file: SharedFile): void;
  /** Where to tell of the files of a resource. */
  trouble(name: ResourceName): Trouble;
  /** Contents were added or taken out. */
  turned?: (() => void) | undefined;
}

interface Resource {
  announcement: Announcement;
  content: Content;
  files: Map<ContentId, SharedFile>;
  streams: KnownStreams<WholeStream>;
}

/** What is shared: by resource name, and from a ticket's content id to where the bytes are. */
export class Library {
  readonly #byName = new Map<ResourceName, Resource>();
  readonly #byId = new Map<ContentId, Set<Resource>>();
  readonly #changed = new Changed();
  readonly #options: LibraryOptions;

  constructor(options: LibraryOptions) {
    this.#options = options;
  }

  /** Adds a resource, or replaces the one of its name. */
  put(announcement: Announcement, content: Content): void {
    const old = this.#take(announcement.name);
    if (old !== undefined && old.content.id !== content.id) this.#changed.add(old.content.id);
    const files = new Map(content.files.map((file) => [file.id, file]));
    const resource = { announcement, content, files, streams: new KnownStreams<WholeStream>() };
    this.#byName.set(announcement.name, resource);
    const same = this.#byId.get(content.id) ?? new Set();
    this.#byId.set(content.id, same.add(resource));
    this.#options.turned?.();
  }

  get(name: ResourceName): Announcement | undefined {
    return this.#byName.get(name)?.announcement;
  }

  /** What a content is announced as; the first, where it goes by several names. */
  announcementOf(id: ContentId): Announcement | undefined {
    const [resource] = this.#byId.get(id) ?? [];
    return resource?.announcement;
  }

  /** The bytes of a file that is announced to everybody, by its name; nothing where there is none. */
  publicFile(name: ResourceName): { id: ContentId; stream: WholeStream } | undefined {
    const resource = this.#byName.get(name);
    if (resource === undefined) return undefined;
    const { announcement, content } = resource;
    const isPublic = content.kind === 'file' && announcement.to === undefined;
    return isPublic ? { id: content.id, stream: this.#stream(resource, content.id, content.files) } : undefined;
  }

  list(): Announcement[] {
    return Array.from(this.#byName.values(), ({ announcement }) => announcement);
  }

  /** True where a resource has that content. */
  has(id: ContentId): boolean {
    return this.#byId.has(id);
  }

  /** Takes a resource out; `changed` where its owner did not want that. */
  remove(name: ResourceName, why: 'withdrawn' | 'changed'): void {
    const old = this.#take(name);
    if (old !== undefined && why === 'changed') this.#changed.add(old.content.id);
    this.#options.turned?.();
  }

  /** True where that very file, in that state, still is what is shared under the name. */
  holds(name: ResourceName, file: SharedFile): boolean {
    return this.#byName.get(name)?.content.files.includes(file) ?? false;
  }

  /** What a ticket for `ticketed` lets somebody fetch as `id`: itself, or a file of the folder that it lists. */
  find(ticketed: ContentId, id: ContentId): Lookup {
    const resources = this.#byId.get(ticketed);
    if (resources === undefined) return this.#changed.has(ticketed) ? 'changed' : 'unknown';
    for (const resource of publicFirst(resources)) {
      const { announcement, content, files } = resource;
      const file = files.get(id);
      if (id === content.id && content.listing !== undefined) {
        const { bytes, layer } = content.listing;
        return {
          id,
          name: announcement.name,
          layer,
          listing: bytes,
          stream: this.#stream(resource, id, content.files),
        };
      }
      if (file !== undefined) {
        const called = content.kind === 'file' ? announcement : { name: basename(file.path), description: '' };
        const { name, description } = called;
        return { id, name, description, layer: file.layer, stream: this.#stream(resource, id, [file]) };
      }
    }
    return 'uncovered';
  }

  #stream({ announcement, streams }: Resource, id: ContentId, files: readonly SharedFile[]): WholeStream {
    return streams.get(id, () => new WholeStream(files, this.#options.trouble(announcement.name)));
  }

  #take(name: ResourceName): Resource | undefined {
    const old = this.#byName.get(name);
    if (old === undefined) return undefined;
    this.#byName.delete(name);
    const same = this.#byId.get(old.content.id);
    same?.delete(old);
    if (same?.size === 0) this.#byId.delete(old.content.id);
    for (const file of old.content.files) this.#options.dropped(file);
    return old;
  }
}

/** What a file is called for named users is not for everybody to read who has it by another name. */
const publicFirst = (resources: ReadonlySet<Resource>): Iterable<Resource> =>
  resources.size === 1 ? resources : [...resources].sort((one, other) => audience(one) - audience(other));

const audience = ({ announcement }: Resource): number => (announcement.to === undefined ? 0 : 1);
