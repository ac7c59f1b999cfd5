import { randomInt } from 'node:crypto';
import type { Database } from '../../sqlite/database.ts';
import { rowsOf } from './historyFile.ts';
import type { Follower } from './trail.ts';

/** Everybody who follows the trail, and how far each is. */
export interface Followers {
  follow(name: string, woken: () => void): Follower;
  /** The first row that one of them has not done; infinity where nobody follows. */
  readonly owed: number;
  /** True where the file does not say yet how far somebody is. */
  readonly moved: boolean;
  /** Writes how far each is. @throws what SQLite throws */
  save(): void;
  /** The file has what `save` wrote. */
  saved(): void;
  wake(): void;
}

interface Place {
  next: number;
  parts: number;
  tag: number;
}

const newTag = (): number => randomInt(2 ** 32);

/** `moved` is called when there is something to save. */
export function createFollowers(database: Database, moved: () => void): Followers {
  const following = new Map<string, { place: Place; woken: () => void }>();
  const unsaved = new Map<string, Place>();

  const placeOf = (name: string): Place => {
    const known = unsaved.get(name);
    if (known !== undefined) return known;
    database.run(
      `insert into follower (name, next, parts, tag)
         values (?, (select coalesce(max(row), 0) + 1 from operation), 0, ?) on conflict do nothing`,
      ...[name, newTag()],
    );
    return database.row('select next, parts, tag from follower where name = ?', name) as Place;
  };

  return {
    follow(name, woken) {
      const place = placeOf(name);
      const self = { place, woken };
      following.set(name, self);
      const change = (): void => {
        unsaved.set(name, place);
        moved();
      };
      return {
        get tag() {
          return place.tag;
        },
        get next() {
          return place.next;
        },
        get parts() {
          return place.parts;
        },
        retag() {
          place.tag = newTag();
          change();
        },
        from: (row, most) =>
          rowsOf(database.rows('select * from operation where row >= ? order by row limit ?', row, most)),
        done(next, parts = 0) {
          place.next = next;
          place.parts = parts;
          change();
        },
        [Symbol.dispose]() {
          if (following.get(name) === self) following.delete(name);
        },
      };
    },
    get owed() {
      return Math.min(...[...following.values()].map(({ place }) => place.next));
    },
    get moved() {
      return unsaved.size > 0;
    },
    save() {
      for (const [name, { next, parts, tag }] of unsaved) {
        database.run('update follower set next = ?, parts = ?, tag = ? where name = ?', next, parts, tag, name);
      }
    },
    saved: () => unsaved.clear(),
    wake() {
      for (const { woken } of following.values()) woken();
    },
  };
}
