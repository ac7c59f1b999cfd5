import { contentId, fingerprint, sessionId } from '../src/base/ids.ts';
import { resourceName, userName } from '../src/base/names.ts';
import type { Announcement } from '../src/base/roll.ts';
import type { Peer } from '../src/directory/directory.ts';
import { seededRandom } from '../test/support/random.ts';

const words = (
  'report summer holiday invoice budget lecture notes thesis draft final photo scan contract meeting minutes project ' +
  'plan music track album live video clip season episode manual guide source backup archive data set results analysis ' +
  'chapter slides poster recording interview camera phone screenshot ubuntu debian linux windows setup driver firmware ' +
  'map Straße café Übung résumé 東京 写真 фото отчёт музыка'
).split(' ');
const endings = 'pdf docx jpg png mp4 mkv mp3 flac zip tar.gz iso txt md csv xlsx pptx ts json'.split(' ');

/** One resource in ten is one of these, at many owners under the same name. */
const popularFiles = 2000;

/** The same resources each time: `share` of each of `peers` peers, as they come off the wire, and who they are. */
export function* resources(peers: number, share: number): Generator<{ peer: Peer; announced: Announcement[] }> {
  const random = seededRandom(7);
  const below = (end: number): number => Math.floor(random() * end);
  const pick = (from: readonly string[]): string => from[below(from.length)] ?? '';
  const digits = (count: number): string => String(below(10 ** count)).padStart(count, '0');
  const hex = (): string =>
    Array.from({ length: 8 }, () =>
      below(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');

  const name = (): string => {
    const between = pick([' ', '_', '-', '.']);
    const parts = Array.from({ length: 1 + below(3) }, () => {
      const word = pick(words);
      return below(3) === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    });
    const kind = below(10);
    if (kind < 4) parts.push(`${1990 + below(40)}-${1 + below(12)}-${1 + below(28)}`);
    else if (kind < 8) parts.push(digits(6));
    else parts.push(`v${below(100)}`, digits(4));
    return `${parts.join(between)}.${pick(endings)}`;
  };
  const fresh = (): object => ({
    name: name(),
    id: hex(),
    size: below(2 ** 40),
    kind: below(20) === 0 ? 'folder' : 'file',
    description: below(10) === 0 ? `${pick(words)} of ${pick(words)}` : '',
    modified: 1_700_000_000_000 + below(10 ** 9),
  });
  const popular = Array.from({ length: popularFiles }, fresh);

  for (let index = 0; index < peers; index++) {
    const user = `${pick(['anna', 'Ben', 'chen', 'Дима', 'eve', 'Zoë'])}-${index}`;
    const peer: Peer = {
      session: sessionId(2 ** 40 + index),
      user: userName(user),
      fingerprint: fingerprint(hex()),
      address: `10.0.${index >>> 8}.${index & 255}`,
      port: 20_000 + (index % 20_000),
      state: index % 50 === 0 ? 'suspect' : 'alive',
      udp: 'ok',
      since: 1_700_000_000_000 + index,
      dialects: [],
    };
    const announced = Array.from({ length: share }, () => {
      const known = below(10) === 0 ? popular[Math.floor(popularFiles * random() ** 3)] : undefined;
      return { ...(known ?? fresh()), ...(below(50) === 0 && { to: [`anna-${below(peers)}`, user] }) };
    });
    yield { peer, announced: parsed(JSON.stringify(announced)) };
  }
}

/** Strings with a life of their own, as a line from the wire has them. */
function parsed(json: string): Announcement[] {
  const rows: Announcement[] = JSON.parse(json);
  return rows.map((row) => ({ ...row, name: resourceName(row.name), id: contentId(row.id) }));
}
