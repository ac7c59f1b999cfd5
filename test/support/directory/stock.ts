import { expect, it } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import { contentOf, namesOf, peerOf, resourceOf, session } from './samples.ts';
import { codeOf, labels, type MakeDirectory, sharing } from './scene.ts';

export function stock(make: MakeDirectory): void {
  it('returns what it lists as it was announced, with its peer', async () => {
    const directory = await sharing(make, []);
    const film = resourceOf('film.mkv', 3, { size: 2 ** 52 + 1, kind: 'folder', description: 'two hours' });
    const secret = resourceOf('secret', 4, { to: [userName('Ben')] });
    const listed = await directory.announce(session(1), [film, secret]);
    expect(listed).toEqual([
      { ...film, peer: peerOf(1, 'Anna') },
      { ...secret, peer: peerOf(1, 'Anna') },
    ]);
    expect((await directory.find({ viewer: userName('Ben') })).matches.map(({ row }) => row)).toEqual(listed);
  });

  it('replaces a resource of the same name in that session alone', async () => {
    const directory = await sharing(make, ['a#1', 'b#1'], ['a#1']);
    const to = [userName('Ben')];
    await directory.announce(session(1), [resourceOf('a', 2, { description: 'new', to })]);
    await directory.announce(session(1), [resourceOf('a', 3)]);
    expect(labels(await directory.find({}))).toEqual(['a@Ben', 'a@Anna', 'b@Anna']);
    expect((await directory.find({ owner: userName('Anna'), pattern: 'a' })).matches.map(({ row }) => row)).toEqual([
      { ...resourceOf('a', 3), peer: peerOf(1, 'Anna') },
    ]);
    expect(labels(await directory.locate({ id: contentOf(2) }))).toEqual([]);
    expect(await directory.counts()).toMatchObject({ peers: 2, resources: 3 });
  });

  it('takes names that differ in their case alone for two', async () => {
    const directory = await sharing(make, ['read.me', 'READ.me']);
    expect(labels(await directory.find({}))).toEqual(['READ.me@Anna', 'read.me@Anna']);
    await directory.withdraw(session(1), namesOf('READ.me'));
    expect(labels(await directory.find({}))).toEqual(['read.me@Anna']);
  });

  it('lists the later of two of one name in one announcement', async () => {
    const directory = await sharing(make, []);
    const listed = await directory.announce(session(1), [resourceOf('a', 1), resourceOf('b', 1), resourceOf('a', 2)]);
    expect(listed.map(({ name, id }) => [name, id])).toEqual([
      ['a', contentOf(2)],
      ['b', contentOf(1)],
    ]);
    expect(await directory.counts()).toMatchObject({ peers: 2, resources: 2 });
  });

  it('refuses the announcement of a session that has not joined, or has left', async () => {
    const directory = await sharing(make, []);
    expect(await codeOf(directory.announce(session(9), [resourceOf('a')]))).toBe('not-found');
    await directory.leave(session(1));
    expect(await codeOf(directory.announce(session(1), [resourceOf('a')]))).toBe('not-found');
    expect(await directory.counts()).toMatchObject({ peers: 1, resources: 0 });
  });

  it('announces up to the limit, and nothing at all of what goes beyond', async () => {
    const directory = await make({ maxSessionResources: 3 });
    await directory.join(peerOf(1, 'Anna'));
    await directory.announce(session(1), [resourceOf('a'), resourceOf('b')]);
    const beyond = directory.announce(session(1), [resourceOf('a', 2), resourceOf('c'), resourceOf('d')]);
    expect(await codeOf(beyond)).toBe('limit');
    expect((await directory.find({})).matches.map(({ row }) => [row.name, row.id])).toEqual([
      ['a', contentOf(1)],
      ['b', contentOf(1)],
    ]);
    await directory.announce(session(1), [resourceOf('a', 2), resourceOf('c')]);
    await directory.announce(session(1), [resourceOf('a', 3), resourceOf('b', 3), resourceOf('c', 3)]);
    expect(await directory.counts()).toMatchObject({ peers: 1, resources: 3 });
    expect(await codeOf(directory.announce(session(1), [resourceOf('d')]))).toBe('limit');
    await directory.withdraw(session(1), namesOf('b'));
    expect(await codeOf(directory.announce(session(1), [resourceOf('d')]))).toBeUndefined();
  });

  it('withdraws what is there, once, and returns it', async () => {
    const directory = await sharing(make, ['a', 'b'], ['a']);
    const gone = await directory.withdraw(session(1), namesOf('a', 'never', 'a'));
    expect(gone).toEqual([{ ...resourceOf('a'), peer: peerOf(1, 'Anna') }]);
    expect(await directory.withdraw(session(1), namesOf('a'))).toEqual([]);
    expect(await directory.withdraw(session(9), namesOf('a'))).toEqual([]);
    expect(labels(await directory.find({}))).toEqual(['a@Ben', 'b@Anna']);
    expect(labels(await directory.locate({ id: contentOf(1) }))).toEqual(['b@Anna', 'a@Ben']);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'has no trouble with the name %s',
    async (name) => {
      const directory = await sharing(make, []);
      const user = userName(name);
      expect(labels(await directory.find({ owner: user }))).toEqual([]);
      expect(labels(await directory.locate({ name: resourceOf(name).name }))).toEqual([]);
      expect(await directory.withdraw(session(1), namesOf(name))).toEqual([]);
      await directory.join(peerOf(3, name));
      await directory.announce(session(3), [resourceOf(name, 1, { to: [user] })]);
      expect(labels(await directory.find({ pattern: name, owner: user, viewer: user }))).toEqual([`${name}@${name}`]);
      expect(labels(await directory.locate({ name: resourceOf(name).name, viewer: user }))).toEqual([
        `${name}@${name}`,
      ]);
      expect(labels(await directory.find({}))).toEqual([]);
      expect(await directory.leave(session(3))).toHaveLength(1);
      expect(await directory.counts()).toMatchObject({ peers: 2, resources: 0 });
    },
  );
}
