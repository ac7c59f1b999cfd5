import { pathToFileURL } from 'node:url';
import type { ContentId } from '../src/base/ids.ts';
import { sessionId } from '../src/base/ids.ts';
import { userName } from '../src/base/names.ts';
import type { FindQuery, Listing, Matches } from '../src/directory/directory.ts';
import { MemoryDirectory } from '../src/directory/memoryDirectory.ts';
import { seededRandom } from '../test/support/random.ts';
import { resources } from './resources.ts';
import { type BenchRow, printRows } from './rows.ts';
import { SqliteRoll } from './sqliteRoll.ts';
import { percentile, spread, Turns, timed, usedBytes } from './timing.ts';

const [peers, share, batch, bigShare] = [10_000, 100, 100, 100_000];

/** Patterns by what makes them easy or hard; `{}` stands for digits that change from one query to the next. */
const patterns: Record<string, string[]> = {
  common: ['report', 'PHOTO', 'lecture', '.pdf', 'summer', 'final'],
  rare: ['thesis_{}', 'photo-{}', '{}.flac', 'Budget {}', 'map.{}', 'v9{}'],
  absent: ['zqxj', 'eaoe', 'report_zebra_{}', 'eeeeeeee', '{}.flaz', 'erte', 'no such file anywhere', '.pdfx'],
  'one character': ['e', 'q', 'é', '7', '東', ' '],
  'two characters': ['ee', 'zz', 'qx', 'PD', '99', 'ß.'],
  'not ASCII': ['STRASSE', 'ÜBUNG {}', '京都', 'отчёт', 'ОТЧЁТЪ', 'café'],
};
const random = seededRandom(11);
const below = (end: number): number => Math.floor(random() * end);
const withDigits = (pattern: string): string => pattern.replace('{}', String(below(1000)));

/** Patterns of three characters or more, common, rare and absent by turns. */
const mixed = (time: number): string => {
  const chosen = [patterns['common'], patterns['rare'], patterns['absent']][time % 3] ?? [];
  return withDigits(chosen[below(chosen.length)] ?? '');
};

/** A million resources of ten thousand peers, in the memory of one process, searched for pages of 100. */
export async function directoryBench(): Promise<BenchRow[]> {
  const turns = new Turns();
  const used = usedBytes();
  const directory = new MemoryDirectory({ pause: turns.pause });
  let announcing = 0;
  for (const { peer, announced } of resources(peers, share)) {
    const start = performance.now();
    await directory.join(peer);
    await directory.announce(peer.session, announced);
    announcing += performance.now() - start;
  }
  const { resources: count } = await directory.counts();
  const bytes = (usedBytes() - used) / count;
  const rows: BenchRow[] = [
    { figure: 'resources', value: count, unit: '' },
    { figure: 'memory of one, all in', value: bytes, unit: 'bytes', aim: '<= 400' },
    { figure: `announced, ${batch} at once`, value: (1000 * count) / announcing, unit: '/s', aim: '>= 100,000' },
  ];

  const find = (query: FindQuery): Promise<Matches<Listing>> =>
    turns.time(() => directory.find({ limit: 100, ...query }));
  const sample: { row: Listing; cursor: string }[] = [];
  let cursor: string | undefined;
  const walking = await timed(Math.ceil(count / 100), async () => {
    const { matches } = await find({ cursor });
    cursor = matches.at(-1)?.cursor ?? cursor;
    sample.push(...matches.slice(50, 51));
  });
  const any = (): { row: Listing; cursor: string } => {
    const chosen = sample[below(sample.length)];
    if (chosen === undefined) throw new Error('the directory is empty');
    return chosen;
  };
  const known = (id: ContentId | null): ContentId => {
    if (id === null) throw new Error('the directory lists what nobody announced');
    return id;
  };
  rows.push(...spread('next page of the whole list', walking, '<= 20'));
  rows.push(
    ...spread('locate a name', await timed(5000, () => directory.locate({ name: any().row.name })), '<= 1'),
    ...spread('locate a content', await timed(5000, () => directory.locate({ id: known(any().row.id) })), '<= 1'),
  );

  for (const [kind, chosen] of Object.entries(patterns)) {
    const pattern = (time: number): string => withDigits(chosen[time % chosen.length] ?? '');
    rows.push(...spread(`find, ${kind}`, await timed(300, (time) => find({ pattern: pattern(time) })), '<= 20'));
  }
  const viewer = userName('anna-1234');
  const deep = await timed(300, () => find({ pattern: '2017', cursor: any().cursor }));
  const ofOne = await timed(1000, () => find({ pattern: 'o', owner: any().row.peer.user, viewer }));
  const seen = await timed(300, () => find({ pattern: withDigits('final {}'), viewer }));
  rows.push(...spread('find, deep in the list', deep, '<= 20'));
  rows.push(...spread('find, of one owner', ofOne, '<= 20'));
  rows.push(...spread('find, as a user', seen, '<= 20'));
  rows.push({
    figure: 'longest turn of a find',
    value: turns.takeLongest(),
    unit: 'ms',
    aim: '<= 20',
    note: 'with the garbage collection that falls into it',
  });

  const mix = percentile(await timed(300, (time) => find({ pattern: mixed(time) })), 0.5);
  rows.push(...(await leaving(directory, turns)), ...(await rival({ bytes, announcing, mix })));
  return rows;
}

/** What a tracker does when a peer with very much goes. */
async function leaving(directory: MemoryDirectory, turns: Turns): Promise<BenchRow[]> {
  const session = sessionId(1);
  for (const { peer, announced } of resources(1, bigShare)) {
    await directory.join({ ...peer, session });
    for (let at = 0; at < announced.length; at += batch) {
      await directory.announce(session, announced.slice(at, at + batch));
    }
  }
  turns.takeLongest();
  const [taken = Number.NaN] = await timed(1, () => turns.time(() => directory.leave(session)));
  return [
    { figure: `leave of a peer with ${bigShare} resources`, value: taken, unit: 'ms' },
    { figure: 'longest turn of that', value: turns.takeLongest(), unit: 'ms', aim: '<= 20' },
  ];
}

/** The same in SQLite, against our bytes of one resource, milliseconds of all announcements and of the median find. */
async function rival(ours: { bytes: number; announcing: number; mix: number }): Promise<BenchRow[]> {
  using roll = new SqliteRoll();
  let announcing = 0;
  for (const { peer, announced } of resources(peers, share)) {
    const start = performance.now();
    roll.announce(peer, announced);
    announcing += performance.now() - start;
  }
  const bytes = roll.bytes() / roll.count();
  const mix = percentile(await timed(60, (time) => roll.find(mixed(time))), 0.5);
  const of = 'SQLite in memory, FTS5 trigrams';
  return [
    { figure: `${of}: memory of one`, value: bytes, unit: 'bytes', ratio: bytes / ours.bytes },
    {
      figure: `${of}: announced`,
      value: (1000 * roll.count()) / announcing,
      unit: '/s',
      ratio: announcing / ours.announcing,
    },
    { figure: `${of}: find, common, rare or absent, p50`, value: mix, unit: 'ms', ratio: mix / ours.mix },
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printRows(await directoryBench());
