import { RollcallError } from '../base/errors.ts';
import type { ContentId } from '../base/ids.ts';
import type { ResourceName, UserName } from '../base/names.ts';
import type { Announced } from '../base/roll.ts';
import type { Listing } from './directory.ts';
import type { Seat } from './seats.ts';

/** Rows of one page: 2^10, so that a small directory is small, and growth never copies. */
const pageBits = 10;
const pageRows: number = 2 ** pageBits;
const idBytes = 32;
/** What stands in the columns for a content that nobody knows. */
export const noId: Uint8Array = new Uint8Array(idBytes);

/** Columns. An object for each row, with its boxed numbers and hex digits, would take three times the memory. */
interface Page {
  names: (ResourceName | undefined)[];
  descriptions: string[];
  seats: (Seat | undefined)[];
  ids: Buffer;
  sizes: Float64Array;
  modified: Float64Array;
  /** 1 for a folder. */
  folders: Uint8Array;
}

function emptyPage(): Page {
  return {
    names: new Array<ResourceName | undefined>(pageRows).fill(undefined),
    descriptions: new Array<string>(pageRows).fill(''),
    seats: new Array<Seat | undefined>(pageRows).fill(undefined),
    ids: Buffer.alloc(pageRows * idBytes),
    sizes: new Float64Array(pageRows),
    modified: new Float64Array(pageRows),
    folders: new Uint8Array(pageRows),
  };
}

const indexIn = (row: number): number => row & (pageRows - 1);
const absent = (row: number): RollcallError => new RollcallError('fault', `the directory has no row ${row}`);

/**
 * The resources, a row each, in no order. The number of a row that was removed is given out again; memory is given back
 * once all are gone.
 */
export class Rows {
  readonly #pages: Page[] = [];
  readonly #free: number[] = [];
  /** Whom a row is for, where that is not everybody, which is rare. */
  readonly #audiences = new Map<number, readonly UserName[]>();
  /** What its owner calls it, where that is not its name. */
  readonly #spellings = new Map<number, string>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(seat: Seat, announced: Announced): number {
    const row = this.#free.pop() ?? this.#count;
    if (row === this.#pages.length * pageRows) this.#pages.push(emptyPage());
    const page = this.#page(row);
    const at = indexIn(row);
    page.names[at] = announced.name;
    page.descriptions[at] = announced.description;
    page.seats[at] = seat;
    if (announced.id === null) page.ids.set(noId, at * idBytes);
    else page.ids.write(announced.id, at * idBytes, 'hex');
    page.sizes[at] = announced.size ?? 0;
    page.modified[at] = announced.modified;
    page.folders[at] = announced.kind === 'folder' ? 1 : 0;
    if (announced.to !== undefined) this.#audiences.set(row, [...announced.to]);
    if (announced.id === null && announced.spelling !== undefined) this.#spellings.set(row, announced.spelling);
    this.#count += 1;
    return row;
  }

  remove(row: number): void {
    const page = this.#page(row);
    const at = indexIn(row);
    page.names[at] = undefined;
    page.descriptions[at] = '';
    page.seats[at] = undefined;
    this.#audiences.delete(row);
    this.#spellings.delete(row);
    this.#free.push(row);
    this.#count -= 1;
    if (this.#count === 0) {
      this.#pages.length = 0;
      this.#free.length = 0;
    }
  }

  name(row: number): ResourceName {
    const name = this.#page(row).names[indexIn(row)];
    if (name === undefined) throw absent(row);
    return name;
  }

  seat(row: number): Seat {
    const seat = this.#page(row).seats[indexIn(row)];
    if (seat === undefined) throw absent(row);
    return seat;
  }

  /** A copy. */
  id(row: number): Uint8Array {
    const { ids } = this.#page(row);
    const start = indexIn(row) * idBytes;
    const copy = new Uint8Array(idBytes);
    for (let at = 0; at < idBytes; at++) copy[at] = ids[start + at] ?? 0;
    return copy;
  }

  /** Below 0 where the row's content id comes before `id`. */
  compareId(row: number, id: Uint8Array): number {
    const { ids } = this.#page(row);
    const start = indexIn(row) * idBytes;
    for (let at = 0; at < idBytes; at++) {
      const difference = (ids[start + at] ?? 0) - (id[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  audience(row: number): readonly UserName[] | undefined {
    return this.#audiences.get(row);
  }

  listing(row: number): Listing {
    const page = this.#page(row);
    const at = indexIn(row);
    const described = {
      name: this.name(row),
      description: page.descriptions[at] ?? '',
      modified: page.modified[at] ?? 0,
      peer: this.seat(row).peer,
    };
    if (this.compareId(row, noId) === 0) {
      const spelling = this.#spellings.get(row);
      return { ...described, id: null, size: null, kind: 'file', ...(spelling !== undefined && { spelling }) };
    }
    const to = this.#audiences.get(row);
    return {
      ...described,
      id: page.ids.toString('hex', at * idBytes, (at + 1) * idBytes) as ContentId,
      size: page.sizes[at] ?? 0,
      kind: page.folders[at] === 1 ? 'folder' : 'file',
      ...(to && { to: [...to] }),
    };
  }

  /** How many entries each part holds: none may be left once every row was removed. */
  census(): Record<string, number> {
    const [pages, free] = [this.#pages.length, this.#free.length];
    return { rows: this.#count, pages, free, audiences: this.#audiences.size, spellings: this.#spellings.size };
  }

  #page(row: number): Page {
    const page = this.#pages[row >>> pageBits];
    if (page === undefined) throw absent(row);
    return page;
  }
}
