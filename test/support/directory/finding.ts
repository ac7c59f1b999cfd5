import { expect, it } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import { peerOf, resourceOf, session } from './samples.ts';
import { labels, type MakeDirectory, sharing } from './scene.ts';

export function finding(make: MakeDirectory): void {
  const names = async (share: string[], pattern?: string): Promise<string[]> => {
    const directory = await sharing(make, share);
    return (await directory.find({ pattern })).matches.map(({ row }) => row.name);
  };

  it.each([
    ['nothing', undefined, ['a', 'b']],
    ['an empty pattern', '', ['a', 'b']],
    ['the whole name', 'a', ['a']],
    ['what no name has', 'c', []],
    ['more than the name', 'aa', []],
  ])('shows for %s what fits', async (_, pattern, found) => {
    expect(await names(['a', 'b'], pattern)).toEqual(found);
  });

  it.each([
    ['the start', 'holi'],
    ['the middle', 'day 20'],
    ['the end', '.jpg'],
    ['other case', 'HOLIDAY'],
    ['what a pattern language would take for more', 'y 2026 (1).'],
  ])('finds a name by %s', async (_, pattern) => {
    expect(await names(['Holiday 2026 (1).jpg', 'other'], pattern)).toEqual(['Holiday 2026 (1).jpg']);
  });

  it.each([
    ['Straße', 'STRASSE'],
    ['STRASSE', 'straße'],
    ['ΟΔΟΣ.pdf', 'οδός'.normalize('NFD').replace('\u0301', '')],
    ['οδος', 'ΟΔΟΣ'],
    ['ПРИВЕТ.txt', 'привет'],
    ['İstanbul', 'stanbul'],
    ['crème brûlée', 'CRÈME'],
    ['crème brûlée', 'CRE\u0300ME'],
    ['ᾴ', 'α\u0345\u0301'],
    ['東京タワー', '京タ'],
    ['party 🎉.png', '🎉'],
    ['ﬀ ligature', 'FF'],
  ])('finds %s by %s', async (name, pattern) => {
    expect(await names([name, 'other'], pattern)).toEqual([name]);
  });

  it.each(['.*', '%', '_', '\\', '[a]', 'a\0', '\0', 'a\nb', '\ud83c', '\udf89', 'é', 'e\u0301'])(
    'takes the pattern %j for what it says',
    async (pattern) => {
      expect(await names(['a', 'b', 'resume', 'party 🎉.png', '\ufffd'], pattern)).toEqual([]);
    },
  );

  it('does not find a name by the end of one and the start of the next', async () => {
    expect(await names(['ab', 'cd', 'ef'], 'bc')).toEqual([]);
  });

  it('sorts by name without its case, then by name, in the order of code points', async () => {
    const sorted = ['A', 'a', 'a b', 'a.b', 'AB', 'aB', 'ab', 'b', 'z', 'Ä', 'ä', '東', 'ﬁn', '😀'];
    const folded = ['A', 'a', 'a b', 'a.b', 'AB', 'aB', 'ab', 'b', 'ﬁn', 'z', 'Ä', 'ä', '東', '\uffee', '😀'];
    expect(await names([...sorted, '\uffee'].reverse())).toEqual(folded);
  });

  it('sorts within one name the alive first, then by content, user and session', async () => {
    const directory = await sharing(make, ['n#2'], ['n#1']);
    await directory.join(peerOf(3, 'Abe', { state: 'suspect' }));
    await directory.announce(session(3), [resourceOf('n', 1), resourceOf('m', 9)]);
    await directory.join(peerOf(5, 'Anna'));
    await directory.announce(session(5), [resourceOf('n', 2)]);
    await directory.join(peerOf(4, 'Abe'));
    await directory.announce(session(4), [resourceOf('n', 2)]);
    const order = async (): Promise<string[]> =>
      (await directory.find({})).matches.map(({ row }) => `${row.name} ${row.peer.user} ${row.peer.session}`);
    expect(await order()).toEqual(['m Abe 3', 'n Ben 2', 'n Abe 4', 'n Anna 1', 'n Anna 5', 'n Abe 3']);
    await directory.update(session(3), { state: 'alive' });
    await directory.update(session(2), { state: 'suspect' });
    expect(await order()).toEqual(['m Abe 3', 'n Abe 3', 'n Abe 4', 'n Anna 1', 'n Anna 5', 'n Ben 2']);
  });

  it('shows what one owner shares, in all sessions, and nothing for nobody', async () => {
    const directory = await sharing(make, ['b', 'ab'], ['c']);
    await directory.join(peerOf(3, 'Anna'));
    await directory.announce(session(3), [resourceOf('a')]);
    expect(labels(await directory.find({ owner: userName('Anna') }))).toEqual(['a@Anna', 'ab@Anna', 'b@Anna']);
    expect(labels(await directory.find({ owner: userName('Anna'), pattern: 'B' }))).toEqual(['ab@Anna', 'b@Anna']);
    expect(labels(await directory.find({ owner: userName('Anna'), pattern: 'c' }))).toEqual([]);
    expect(labels(await directory.find({ owner: userName('anna') }))).toEqual([]);
    expect(labels(await directory.find({ owner: userName('Nobody') }))).toEqual([]);
  });

  it.each([
    ['a user whom it is for', 'Ben', ['open@Anna', 'secret@Anna']],
    ['its owner', 'Anna', ['open@Anna', 'secret@Anna']],
    ['another user', 'Eve', ['open@Anna']],
    ['a user of that name in another case', 'ben', ['open@Anna']],
    ['nobody in particular', undefined, ['open@Anna']],
  ])('shows what is shared with Ben only to %s as they may see it', async (_, name, seen) => {
    const directory = await sharing(make, ['open']);
    await directory.announce(session(1), [resourceOf('secret', 2, { to: [userName('Ben'), userName('Cy')] })]);
    const viewer = name === undefined ? undefined : userName(name);
    expect(labels(await directory.find({ viewer }))).toEqual(seen);
    expect(labels(await directory.find({ viewer, owner: userName('Anna'), pattern: 'e' }))).toEqual(seen);
    const secret = seen.filter((row) => row === 'secret@Anna');
    expect(labels(await directory.locate({ viewer, name: resourceOf('secret').name }))).toEqual(secret);
    expect(labels(await directory.locate({ viewer, id: resourceOf('secret', 2).id }))).toEqual(secret);
  });

  it('shows what is shared with nobody to its owner alone', async () => {
    const directory = await sharing(make, []);
    await directory.announce(session(1), [resourceOf('mine', 1, { to: [] })]);
    expect(labels(await directory.find({ viewer: userName('Ben') }))).toEqual([]);
    expect(labels(await directory.find({ viewer: userName('Anna') }))).toEqual(['mine@Anna']);
  });
}
