import { expect, it } from 'vitest';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Peer } from '../../../src/directory/directory.ts';
import { contentOf, peerOf, resourceOf, session } from './samples.ts';
import { labels, type MakeDirectory, sharing, walk } from './scene.ts';

export function presence(make: MakeDirectory): void {
  it('is empty at first', async () => {
    const directory = await make({ maxSessionResources: 10 });
    expect(await directory.counts()).toMatchObject({ peers: 0, resources: 0 });
    expect(await directory.find({})).toEqual({ matches: [], more: false });
    expect(await directory.peers({})).toEqual({ matches: [], more: false });
  });

  it('lists a peer that joins, with how much it shares', async () => {
    const directory = await sharing(make, ['a', 'b']);
    const [anna] = (await directory.peers({})).matches;
    expect(anna?.row).toEqual({ ...peerOf(1, 'Anna'), resources: 2 });
    expect(await directory.counts()).toMatchObject({ peers: 2, resources: 2 });
  });

  it('keeps the resources of a session that joins again, under what is known now', async () => {
    const directory = await sharing(make, ['a']);
    await directory.join(peerOf(1, 'Anna', { address: '10.9.9.9', port: 4444, state: 'suspect' }));
    const [a] = (await directory.find({})).matches;
    expect(a?.row.peer).toEqual(peerOf(1, 'Anna', { address: '10.9.9.9', port: 4444, state: 'suspect' }));
    expect(await directory.counts()).toMatchObject({ peers: 2, resources: 1 });
  });

  it('keeps the resources of a session that joins again as another user', async () => {
    const directory = await sharing(make, ['a', 'b']);
    await directory.join(peerOf(1, 'Zoe'));
    expect(labels(await directory.find({}))).toEqual(['a@Zoe', 'b@Zoe']);
    expect(labels(await directory.find({ owner: userName('Anna') }))).toEqual([]);
    expect(labels(await directory.locate({ id: contentOf(1), owner: userName('Zoe') }))).toEqual(['a@Zoe', 'b@Zoe']);
    expect(await directory.counts()).toMatchObject({ peers: 2, resources: 2 });
  });

  it('changes what an update says, and nothing else', async () => {
    const directory = await sharing(make, ['a']);
    await directory.update(session(1), { udp: 'blocked' });
    await directory.update(session(1), { state: 'suspect' });
    const [a] = (await directory.find({})).matches;
    expect(a?.row.peer).toEqual(peerOf(1, 'Anna', { udp: 'blocked', state: 'suspect' }));
  });

  it('ignores an update of a session that is not listed', async () => {
    const directory = await sharing(make, []);
    await directory.update(session(9), { state: 'suspect' });
    expect(await directory.counts()).toMatchObject({ peers: 2, resources: 0 });
  });

  it('does not change answers that it has given', async () => {
    const directory = await sharing(make, ['a']);
    const before = await directory.find({});
    await directory.update(session(1), { state: 'suspect' });
    await directory.announce(session(1), [resourceOf('a', 7)]);
    expect(before.matches[0]?.row).toEqual({ ...resourceOf('a', 1), peer: peerOf(1, 'Anna') });
  });

  it('does not change with what it was told', async () => {
    const directory = await make({ maxSessionResources: 10 });
    const [peer, to] = [peerOf(1, 'Anna'), [userName('Ben')]];
    await directory.join(peer);
    await directory.announce(session(1), [resourceOf('a', 1, { to })]);
    peer.state = 'suspect';
    to.push(userName('Eve'));
    expect(labels(await directory.find({ viewer: userName('Eve') }))).toEqual([]);
    expect((await directory.peers({})).matches[0]?.row.state).toBe('alive');
  });

  it('takes a session off with all that it shares, and returns that', async () => {
    const directory = await sharing(make, ['a', 'b#2'], ['a']);
    const gone = await directory.leave(session(1));
    expect(gone.map(({ name, id, peer }) => [name, id, peer.user]).sort()).toEqual([
      ['a', contentOf(1), 'Anna'],
      ['b', contentOf(2), 'Anna'],
    ]);
    expect(labels(await directory.find({}))).toEqual(['a@Ben']);
    expect(labels(await directory.locate({ id: contentOf(2) }))).toEqual([]);
    expect(await directory.counts()).toMatchObject({ peers: 1, resources: 1 });
  });

  it('takes nothing off for a session that is not listed', async () => {
    const directory = await sharing(make, ['a']);
    expect(await directory.leave(session(9))).toEqual([]);
    expect(await directory.counts()).toMatchObject({ peers: 2, resources: 1 });
  });

  it('tells two sessions of one user apart', async () => {
    const directory = await sharing(make, ['a', 'b']);
    await directory.join(peerOf(3, 'Anna'));
    await directory.announce(session(3), [resourceOf('a', 3)]);
    expect((await directory.find({ owner: userName('Anna') })).matches.map(({ row }) => row.peer.session)).toEqual([
      1, 3, 1,
    ]);
    await directory.leave(session(1));
    expect((await directory.find({})).matches.map(({ row }) => row.id)).toEqual([contentOf(3)]);
  });

  it('orders the peers: the alive first, then by user and session', async () => {
    const directory = await make({ maxSessionResources: 10 });
    const all = [
      peerOf(5, 'Anna', { state: 'suspect' }),
      peerOf(4, 'Zoe'),
      peerOf(9, 'Ben'),
      peerOf(2, 'Ben'),
      peerOf(1, 'Ben', { state: 'suspect' }),
    ];
    for (const peer of all) await directory.join(peer);
    const order = ({ user, session }: Peer): string => `${user}${session}`;
    const sorted = ['Ben2', 'Ben9', 'Zoe4', 'Anna5', 'Ben1'];
    expect((await directory.peers({})).matches.map(({ row }) => order(row))).toEqual(sorted);
    expect((await walk((query) => directory.peers(query), { limit: 1 })).map(order)).toEqual(sorted);
    expect((await walk((query) => directory.peers(query), { limit: 2 })).map(order)).toEqual(sorted);
  });
  it('counts contents, each once however many have it, and files that nobody can verify not at all', async () => {
    const directory = await sharing(make, ['a#1', 'b#2'], ['c#1']);
    const contents = async (): Promise<number> => (await directory.counts()).contents;
    expect(await contents()).toBe(2);
    await directory.withdraw(session(1), [resourceName('a')]);
    expect(await contents()).toBe(2);
    await directory.announce(session(2), [resourceOf('c', 3)]);
    expect(await contents()).toBe(2);
    await directory.announce(session(2), [
      { name: resourceName('d'), id: null, size: null, kind: 'file', description: '', modified: 1 },
    ]);
    expect(await contents()).toBe(2);
    await directory.leave(session(2));
    await directory.leave(session(1));
    expect(await contents()).toBe(0);
  });
}
