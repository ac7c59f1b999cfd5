import { posix } from 'node:path';

/** The rooms of ARCHITECTURE.md, each with the rooms that it may import; and packages with the rooms that may use them. */
export interface ImportTable {
  rooms: Map<string, string[]>;
  packages: Map<string, string[]>;
}

const cells = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('`', '').trim());

const words = (cell: string): string[] => (cell === '' || cell === 'nothing of ours' ? [] : cell.split(/, */));

/** Reads the two tables that stand under the headings "May import" and "Only there". */
export function parseImportTable(markdown: string): ImportTable {
  const rowsUnder = (heading: string): string[][] => {
    const section = markdown.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
    return section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map(cells);
  };
  const toMap = (rows: string[][]): Map<string, string[]> =>
    new Map(rows.flatMap(([left, right]) => words(left ?? '').map((name) => [name, words(right ?? '')] as const)));
  return { rooms: toMap(rowsUnder('May import')), packages: toMap(rowsUnder('Only there')) };
}

/** What a source file imports, statically or on demand, for values or for types. */
export function importsOf(source: string): string[] {
  const code = source.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"\n]+)\1/g;
  return [...code.matchAll(pattern)].map((match) => match[2] as string);
}

/** `files` by path below src, with their text. Returns a sentence for each import that the table does not allow. */
export function violations(files: ReadonlyMap<string, string>, table: ImportTable): string[] {
  const roomOf = (path: string): string | undefined => {
    for (let place = path; place !== '.'; place = posix.dirname(place)) if (table.rooms.has(place)) return place;
    return undefined;
  };
  const within = (room: string, allowed: readonly string[]): boolean =>
    allowed.some((name) => room === name || (!table.rooms.has(name) && room.startsWith(`${name}/`)));

  const found: string[] = [];
  for (const [path, source] of files) {
    const room = roomOf(path);
    if (room === undefined) {
      found.push(`${path} is in no room of the table`);
      continue;
    }
    for (const target of importsOf(source)) {
      if (target.startsWith('.')) {
        const imported = posix.join(posix.dirname(path), target);
        const there = roomOf(imported);
        if (there !== room && (there === undefined || !within(there, table.rooms.get(room) ?? []))) {
          found.push(`${path} (${room}) imports ${imported} (${there ?? 'no room'})`);
        }
      } else {
        const name = [...table.packages.keys()].find((key) => target === key || target.startsWith(`${key}/`));
        if (name !== undefined && !within(room, table.packages.get(name) ?? [])) {
          found.push(`${path} (${room}) uses ${target}`);
        }
        if (room === 'net/wire' && target.startsWith('node:')) found.push(`${path} is pure and uses ${target}`);
      }
    }
  }
  return found;
}

/** One import cycle, as the paths along it; nothing where there is none. */
export function findCycle(files: ReadonlyMap<string, string>): string[] | undefined {
  const done = new Set<string>();
  const walk = (path: string, trail: string[]): string[] | undefined => {
    const start = trail.indexOf(path);
    if (start !== -1) return [...trail.slice(start), path];
    if (done.has(path)) return undefined;
    for (const target of importsOf(files.get(path) ?? '')) {
      if (!target.startsWith('.')) continue;
      const cycle = walk(posix.join(posix.dirname(path), target), [...trail, path]);
      if (cycle !== undefined) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of files.keys()) {
    const cycle = walk(path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
