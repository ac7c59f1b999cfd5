import { describe, expect, it } from 'vitest';
import { userName } from '../../src/base/names.ts';
import { turnRemovals } from '../../src/directory/limits.ts';
import { type MemoryDirectory, memoryDirectory } from '../../src/directory/memoryDirectory.ts';
import { namesOf, peerOf, resourceOf, session } from '../support/directory/samples.ts';
import { codeOf, walk } from '../support/directory/scene.ts';

/** A directory that counts its pauses, in each of which a test may act. */
function pausing(): { directory: MemoryDirectory; pauses: { count: number; act: () => Promise<void> } } {
  const pauses = { count: 0, act: async (): Promise<void> => {} };
  const pause = async (): Promise<void> => {
    pauses.count += 1;
    await pauses.act();
  };
  return { directory: memoryDirectory({ pause }), pauses };
}

const numbered = (from: number, to: number, kind = ''): string[] =>
  Array.from({ length: to - from }, (_, index) => `${String(from + index).padStart(6, '0')}${kind}`);

describe('a long find', () => {
  it('pauses while it goes through what is hidden, and misses nothing that stays', async () => {
    const { directory, pauses } = pausing();
    await directory.join(peerOf(1, 'Anna'));
    await directory.join(peerOf(2, 'Ben'));
    const hidden = numbered(0, 20_000).map((name) => resourceOf(name, 1, { to: [] }));
    await directory.announce(session(1), [...hidden, resourceOf('open')]);
    await directory.announce(
      session(2),
      numbered(0, 20_000, 'x').map((name) => resourceOf(name, 2, { to: [] })),
    );
    pauses.act = async () => {
      await directory.withdraw(session(2), namesOf(...numbered(0, 20_000, 'x').slice(0, 5000)));
      await directory.announce(session(2), [resourceOf('~late')]);
    };
    const found = await directory.find({});
    expect(pauses.count).toBeGreaterThan(4);
    expect(found.matches.map(({ row }) => row.name)).toEqual(['open', '~late']);
  });

  it('shows what stays exactly once, however rows come and go in its pauses', async () => {
    const { directory, pauses } = pausing();
    const names = numbered(0, 20_000);
    await directory.join(peerOf(1, 'Anna'));
    await directory.join(peerOf(2, 'Ben'));
    await directory.announce(
      session(1),
      names.map((name) => resourceOf(`${name}b`)),
    );
    pauses.act = async () => {
      const [first, last] = pauses.count % 2 === 0 ? ['a', 'c'] : ['c', 'a'];
      await directory.announce(
        session(2),
        names.slice(0, 9000).map((name) => resourceOf(name + first)),
      );
      await directory.withdraw(session(2), namesOf(...names.slice(0, 9000).map((name) => name + last)));
    };
    const { matches } = await directory.find({ limit: 50_000 });
    expect(pauses.count).toBeGreaterThan(3);
    const stayed = matches.filter(({ row }) => row.peer.user === 'Anna');
    expect(stayed.map(({ row }) => row.name)).toEqual(names.map((name) => `${name}b`));
  });

  it('pauses while it looks for what no name has', async () => {
    const { directory, pauses } = pausing();
    await directory.join(peerOf(1, 'Anna'));
    await directory.announce(
      session(1),
      numbered(0, 10_000, 'n'.repeat(240)).map((name) => resourceOf(name)),
    );
    await directory.find({ pattern: 'absent' });
    expect(pauses.count).toBeGreaterThan(1);
    const first = pauses.count;
    await directory.find({ pattern: 'absent' });
    expect(pauses.count).toBe(first);
    await directory.find({ pattern: 'nx' });
    await directory.find({ pattern: 'z' });
    expect(pauses.count).toBeGreaterThan(first + 1);
  });

  it('goes on among the suspects of a name after a pause', async () => {
    const { directory, pauses } = pausing();
    for (let number = 0; number < 9000; number++) {
      await directory.join(peerOf(number, `user${number}`, { state: number % 2 === 0 ? 'suspect' : 'alive' }));
      await directory.announce(session(number), [resourceOf('n', 1, number < 8990 ? { to: [] } : {})]);
    }
    const rows = await walk((query) => directory.locate(query), { name: resourceOf('n').name, limit: 3 });
    expect(pauses.count).toBeGreaterThan(1);
    expect(rows.map(({ peer }) => peer.session)).toEqual([8991, 8993, 8995, 8997, 8999, 8990, 8992, 8994, 8996, 8998]);
  });
});

describe('a long leave', () => {
  it('pauses, and is over for everybody else at once', async () => {
    const { directory, pauses } = pausing();
    await directory.join(peerOf(1, 'Anna'));
    await directory.announce(
      session(1),
      numbered(0, 1000).map((name) => resourceOf(name)),
    );
    const seen: number[] = [];
    pauses.act = async () => {
      const { peers, resources } = await directory.counts();
      seen.push(
        peers,
        resources,
        (await directory.find({})).matches.length,
        (await directory.peers({})).matches.length,
      );
      seen.push((await directory.find({ owner: userName('Anna') })).matches.length);
    };
    expect(await directory.leave(session(1))).toHaveLength(1000);
    expect(pauses.count).toBe(1000 / turnRemovals);
    expect(new Set(seen)).toEqual(new Set([0]));
  });

  it('takes off what had left, and not what the same session shares when it is back before the end', async () => {
    const { directory, pauses } = pausing();
    await directory.join(peerOf(1, 'Anna'));
    await directory.announce(
      session(1),
      numbered(0, 600).map((name) => resourceOf(name)),
    );
    pauses.act = async () => {
      if (pauses.count > 1) return;
      await directory.join(peerOf(1, 'Anna'));
      await directory.announce(
        session(1),
        numbered(500, 510).map((name) => resourceOf(name)),
      );
    };
    expect(await directory.leave(session(1))).toHaveLength(600);
    expect((await directory.find({})).matches.map(({ row }) => row.name)).toEqual(numbered(500, 510));
    expect(await directory.counts()).toMatchObject({ peers: 1, resources: 10 });
  });
});

describe('memory', () => {
  it('is given back: nothing is left after ten rounds of announcing and leaving', async () => {
    const { directory } = pausing();
    const empty = directory.census();
    for (let round = 0; round < 10; round++) {
      for (let number = 1; number <= 5; number++) {
        await directory.join(peerOf(number, `user${number % 3}`));
        const names = numbered(round * 10, round * 10 + 700);
        const to = [userName('Anna')];
        await directory.announce(
          session(number),
          names.map((name) => resourceOf(name, number, { to })),
        );
        await directory.announce(
          session(number),
          names.slice(0, 50).map((name) => resourceOf(name, 9)),
        );
        await directory.find({ pattern: '12' });
        await directory.withdraw(session(number), namesOf(...names.slice(600)));
      }
      for (let number = 1; number <= 5; number++) await directory.leave(session(number));
      expect(directory.census()).toEqual(empty);
    }
    expect(empty).toMatchObject({
      seats: 0,
      rows: 0,
      pages: 0,
      free: 0,
      byName: 0,
      byContent: 0,
      owners: 0,
      audiences: 0,
    });
  });
});

describe('limits', () => {
  it('count the characters of names, descriptions and audiences', async () => {
    const directory = memoryDirectory({ limits: { maxSessionCharacters: 10 } });
    await directory.join(peerOf(1, 'Anna'));
    const announce = (description: string): Promise<unknown> =>
      directory.announce(session(1), [resourceOf('name', 1, { description, to: [userName('Ben')] })]);
    expect(await codeOf(announce('four'))).toBe('limit');
    expect(await codeOf(announce('thr'))).toBeUndefined();
    expect(await codeOf(announce('few'))).toBeUndefined();
    expect(await codeOf(directory.announce(session(1), [resourceOf('n')]))).toBe('limit');
    await directory.withdraw(session(1), namesOf('name'));
    expect(await codeOf(directory.announce(session(1), [resourceOf('n')]))).toBeUndefined();
  });

  it('count the resources of all sessions', async () => {
    const directory = memoryDirectory({ limits: { maxResources: 2 } });
    await directory.join(peerOf(1, 'Anna'));
    await directory.join(peerOf(2, 'Ben'));
    await directory.announce(session(1), [resourceOf('a'), resourceOf('b')]);
    await expect(directory.announce(session(2), [resourceOf('c')])).rejects.toThrow('resources on this tracker');
    await directory.announce(session(1), [resourceOf('a', 2)]);
    await directory.leave(session(1));
    await directory.announce(session(2), [resourceOf('c')]);
    expect(await directory.counts()).toMatchObject({ peers: 1, resources: 1 });
  });

  it('leave room in a cursor for the longest name and user', async () => {
    const directory = memoryDirectory();
    await directory.join(peerOf(Number.MAX_SAFE_INTEGER, '𐐀'.repeat(64)));
    await directory.announce(session(Number.MAX_SAFE_INTEGER), [resourceOf('"'.repeat(255)), resourceOf('z')]);
    const rows = await walk((query) => directory.find(query), { limit: 1 });
    expect(rows.map(({ name }) => name)).toEqual(['"'.repeat(255), 'z']);
  });
});
