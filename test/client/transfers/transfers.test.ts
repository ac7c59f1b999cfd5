import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Download } from '../../../src/client/transfers/transfers.ts';
import { settle } from '../../support/fakeClock.ts';
import { idOf, type Scene, scene, viewOf } from './scene.ts';

const downloadsTold = (s: Scene): Download[] =>
  s.events.flatMap((event) => (event.event === 'download' ? [event.download] : []));
const statesTold = (s: Scene): string[] => downloadsTold(s).map(({ state }) => state);

describe('adding', () => {
  test('looks for it, and starts at once where there is a place', async () => {
    await using s = await scene();
    const download = await s.add(1);
    expect(download).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      name: 'file1.bin',
      content: idOf(1),
      kind: 'file',
      size: 1000,
      bytes: 0,
      state: 'running',
      rate: 0,
      secondsLeft: null,
      from: 'Bob',
      owners: [],
      waiting: null,
      path: null,
      error: null,
      addedAt: s.clock.wall(),
      endedAt: null,
      seconds: 0,
    });
    expect(s.source.asked).toEqual(['locate file1.bin']);
    expect(s.source.last.known.file).toBe('/downloads/downloaded_Bob_file1.bin');
    expect(s.source.last.how.ifExists).toBe('rename');
    expect(statesTold(s)).toEqual(['queued', 'running']);
  });

  test('by an id alone takes the name that the first owner gives it', async () => {
    await using s = await scene();
    const { name } = await s.list.add({ id: idOf(7) });
    expect(name).toBe('named.bin');
  });

  test('passes on whom it is wanted from, where to, and what to do where that exists', async () => {
    await using s = await scene();
    await s.add(1, { from: userName('Sally'), file: '/mine/x.bin', ifExists: 'refuse' });
    expect(s.source.last.known).toMatchObject({ from: 'Sally', file: '/mine/x.bin' });
    expect(s.source.last.how.ifExists).toBe('refuse');
  });

  test.each([
    [{}, 'say what to download: a name, or a content id'],
    [{ name: resourceName('x'), file: 'here/x' }, "'here/x' is no place to save in: give the whole path"],
  ])('refuses %j', async (wanted, message) => {
    await using s = await scene();
    await expect(s.list.add(wanted)).rejects.toMatchObject({ code: 'usage', message });
    expect([s.list.list(), s.source.asked]).toEqual([[], []]);
  });

  test('while the tracker is away is refused, with what to do', async () => {
    await using s = await scene();
    s.online = false;
    await expect(s.add(1)).rejects.toMatchObject({ code: 'unreachable', message: expect.stringContaining('connect') });
    expect(s.list.list()).toEqual([]);
  });

  test('what is not found, or is several things, adds nothing', async () => {
    await using s = await scene();
    s.source.failures.push(new RollcallError('not-found', 'nobody'), new RollcallError('ambiguous', 'which'));
    await expect(s.add(1)).rejects.toMatchObject({ code: 'not-found' });
    await expect(s.add(1)).rejects.toMatchObject({ code: 'ambiguous' });
    expect(s.list.list()).toEqual([]);
  });

  test('the same content for the same place again is the same download, whether it waits, runs or was stopped', async () => {
    await using s = await scene(1);
    const one = await s.add(1);
    const two = await s.add(2);
    expect((await s.add(1)).id).toBe(one.id);
    expect((await s.add(2)).id).toBe(two.id);
    expect(s.states()).toEqual(['running', 'queued']);
    s.list.pause(one.id);
    s.list.pause(two.id);
    expect(await s.add(1, { ifExists: 'overwrite' })).toMatchObject({ id: one.id, state: 'running' });
    expect(s.source.last.how.ifExists).toBe('overwrite');
  });

  test('the same content for another place, or once more after it was saved, is another download', async () => {
    await using s = await scene(5);
    const one = await s.add(1);
    const two = await s.add(1, { file: '/mine/x' });
    await s.source.fetches[0]?.saved();
    const three = await s.add(1);
    expect(new Set([one.id, two.id, three.id]).size).toBe(3);
    expect(s.states()).toEqual(['done', 'running', 'running']);
  });

  test('is refused beyond 2,000 that have not ended', async () => {
    await using s = await scene();
    for (let number = 0; number < 2000; number++) {
      await s.list.add({ name: resourceName(`file${number}`), id: idOf(number) });
    }
    await expect(s.add(2000)).rejects.toMatchObject({ code: 'limit' });
    expect(s.list.list()).toHaveLength(2000);
    await s.list.cancel(s.list.list()[1999]?.id ?? '');
    expect((await s.add(2000)).state).toBe('queued');
  }, 30_000);
});

describe('a download that runs', () => {
  test('ends as saved', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    await s.clock.wind(3000);
    await s.source.last.saved('/downloads/downloaded_Bob_file1 (2).bin');
    expect(s.list.get(id)).toMatchObject({
      state: 'done',
      bytes: 1000,
      path: '/downloads/downloaded_Bob_file1 (2).bin',
      endedAt: s.clock.wall(),
      seconds: 3,
      rate: 0,
    });
    expect(statesTold(s).at(-1)).toBe('done');
  });

  test('tells its rate, the seconds left, and who sends how much', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    const from = [{ owner: 'Bob', bytes: 0 }];
    s.source.last.how.onView(viewOf(10, [], from));
    await s.clock.wind(250);
    for (let step = 1; step <= 4; step++) {
      s.source.last.progress(step * 100);
      from.splice(0, 1, { owner: 'Bob', bytes: step * 100 });
      await s.clock.wind(250);
    }
    const { bytes, rate, secondsLeft, owners } = s.list.get(id);
    expect([bytes, rate]).toEqual([400, 320]);
    expect(secondsLeft).toBeCloseTo(600 / 320);
    expect(owners).toEqual([{ owner: 'Bob', bytes: 400, rate: 400 }]);
  });

  test('does not count what an earlier start had fetched into its rate', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    s.source.last.progress(900, 900);
    await s.clock.wind(1000);
    expect(s.list.get(id)).toMatchObject({ bytes: 900, rate: 0, secondsLeft: null });
    s.source.last.progress(950, 900);
    await s.clock.wind(1000);
    expect(s.list.get(id)).toMatchObject({ bytes: 950, rate: 25, secondsLeft: 2 });
  });

  test('is told of four times a second while it moves, and once a second while it stands', async () => {
    await using s = await scene();
    await s.add(1);
    s.events.length = 0;
    for (let ms = 0; ms < 2000; ms += 10) {
      s.source.last.progress(ms / 10);
      await s.clock.wind(10);
    }
    expect(s.events).toHaveLength(8);
    s.events.length = 0;
    await s.clock.wind(5000);
    expect(s.events).toHaveLength(5);
    expect(downloadsTold(s).at(-1)?.seconds).toBe(7);
  });

  test('tells in whose line it stands, until bytes come', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    s.source.last.how.onWaiting('Bob', 3);
    expect(s.list.get(id).waiting).toEqual({ owner: 'Bob', place: 3 });
    await s.clock.wind(250);
    expect(downloadsTold(s).at(-1)?.waiting).toEqual({ owner: 'Bob', place: 3 });
    s.source.last.progress(10);
    expect(s.list.get(id).waiting).toBeNull();
    s.source.last.how.onWaiting('Bob', 1);
    s.list.pause(id);
    expect(s.list.get(id).waiting).toBeNull();
  });

  test.each(['exists', 'no-space', 'usage', 'unreachable', 'bad-content'] as const)(
    'that fails with %s says so, keeps what came, and can go on',
    async (code) => {
      await using s = await scene();
      const { id } = await s.add(1);
      s.source.last.progress(300);
      await s.source.last.failed(new RollcallError(code, 'what to do'));
      const error = { code, message: 'what to do' };
      expect(s.list.get(id)).toMatchObject({ state: 'failed', error, bytes: 300, endedAt: s.clock.wall() });
      s.list.resume(id);
      expect(s.list.get(id)).toMatchObject({ state: 'running', error: null, endedAt: null, bytes: 300 });
    },
  );

  test('that fails in a way that nobody foresaw is a fault, and the log is told', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    await s.source.last.failed(new TypeError('x is undefined'));
    expect(s.list.get(id).error).toEqual({ code: 'fault', message: 'x is undefined' });
    expect(s.warnings).toHaveLength(1);
  });

  test('goes on while the tracker is away', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    s.online = false;
    s.list.sourceChanged();
    await s.clock.wind(10_000);
    expect(s.list.get(id).state).toBe('running');
    await s.source.last.saved();
    expect(s.list.get(id).state).toBe('done');
  });

  test('shows its pieces, also after it was stopped, until they are removed', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    expect(s.list.pieces(id)).toBeUndefined();
    s.source.last.how.onView(viewOf(4, [{ first: 0, count: 1 }]));
    expect(s.list.pieces(id)).toMatchObject({ pieces: 4, have: 1 });
    s.list.pause(id);
    await settle();
    expect(s.list.pieces(id)?.cells.filter((cell) => cell === 100)).toHaveLength(25);
    await s.list.cancel(id);
    expect(s.list.pieces(id)).toBeUndefined();
  });

  test('of a file that nobody can verify has one owner, no pieces, and nothing left where it is stopped', async () => {
    await using s = await scene();
    s.source.verified = false;
    const { id } = await s.list.add({ name: resourceName('old.txt') });
    await settle();
    s.source.last.progress(500);
    await s.clock.wind(250);
    expect(s.list.get(id)).toMatchObject({ content: null, size: null, bytes: 500, secondsLeft: null });
    expect(s.list.get(id).owners).toMatchObject([{ owner: 'Bob', bytes: 500 }]);
    expect(s.list.pieces(id)).toBeUndefined();
    s.list.pause(id);
    await settle();
    expect(s.list.get(id)).toMatchObject({ state: 'paused', bytes: 0 });
    await s.list.cancel(id);
    expect(s.discarded).toEqual([]);
    s.list.resume(id);
    await settle();
    await s.source.last.saved();
    expect(s.list.get(id)).toMatchObject({ state: 'done', bytes: 77, size: 77 });
  });
});

describe('the queue', () => {
  test('lets no more run than there are places, and goes in the order in which they came', async () => {
    await using s = await scene(2);
    for (const number of [1, 2, 3, 4]) await s.add(number);
    expect(s.states()).toEqual(['running', 'running', 'queued', 'queued']);
    await s.source.fetches[1]?.saved();
    expect(s.states()).toEqual(['running', 'done', 'running', 'queued']);
    await s.source.fetches[0]?.failed(new RollcallError('unfinished', 'x'));
    expect(s.states()).toEqual(['failed', 'done', 'running', 'running']);
  });

  test('puts one that goes on behind those that wait', async () => {
    await using s = await scene(1);
    const [one] = [await s.add(1), await s.add(2), await s.add(3)];
    s.list.pause(one.id);
    await settle();
    s.list.resume(one.id);
    expect(s.states()).toEqual(['queued', 'running', 'queued']);
    await s.source.last.saved();
    expect(s.states()).toEqual(['queued', 'done', 'running']);
  });

  test('gives the place of a stopped one away only once that has put away what it has', async () => {
    await using s = await scene(1);
    s.source.slowToStop = true;
    const one = await s.add(1);
    await s.add(2);
    s.list.pause(one.id);
    await settle();
    expect(s.states()).toEqual(['paused', 'queued']);
    await s.source.last.failed(new RollcallError('interrupted', 'stopped'));
    expect(s.states()).toEqual(['paused', 'running']);
  });

  test('takes more and fewer places while they run: those that were started last wait again, and are next', async () => {
    await using s = await scene(1);
    for (const number of [1, 2, 3, 4]) await s.add(number);
    s.list.allow(3);
    await settle();
    expect(s.states()).toEqual(['running', 'running', 'running', 'queued']);
    s.list.allow(1);
    await settle();
    expect(s.states()).toEqual(['running', 'queued', 'queued', 'queued']);
    expect(s.source.going).toHaveLength(1);
    await s.source.going[0]?.saved();
    expect(s.states()).toEqual(['done', 'running', 'queued', 'queued']);
  });

  test('puts what has not begun into the new downloads folder, and leaves what runs or has a part where it is', async () => {
    await using s = await scene(3);
    const [running, begun, failed] = [await s.add(1), await s.add(2), await s.add(3)];
    s.source.going[1]?.progress(500);
    s.list.pause(begun.id);
    await settle();
    await s.source.going[1]?.failed(new RollcallError('no-space', 'no space in /downloads'));
    expect(s.states()).toEqual(['running', 'paused', 'failed']);
    s.list.redirect('/downloads', '/roomy');
    for (const { id } of [begun, failed]) s.list.resume(id);
    await settle();
    const files = [running, begun, failed].map(
      ({ name }) => s.source.fetches.findLast((one) => one.known.name === name)?.known.file,
    );
    expect(files.map((file) => file?.split('/')[1])).toEqual(['downloads', 'downloads', 'roomy']);
  });

  test('stops none that nobody can verify for want of places, since it would begin anew', async () => {
    await using s = await scene(2);
    await s.add(1);
    s.source.verified = false;
    await s.list.add({ name: resourceName('old.txt') });
    await settle();
    s.list.allow(1);
    await settle();
    expect(s.states()).toEqual(['queued', 'running']);
  });

  test('waits while the tracker is away, and goes on when one is there', async () => {
    await using s = await scene(1);
    const one = await s.add(1);
    await s.add(2);
    s.list.pause(one.id);
    s.online = false;
    s.list.resume(one.id);
    await settle();
    await s.source.last.saved();
    expect(s.states()).toContain('queued');
    await s.clock.wind(60_000);
    expect(s.source.going).toHaveLength(0);
    s.online = true;
    s.list.sourceChanged();
    await settle();
    expect(s.source.going).toHaveLength(1);
  });

  test('looks anew where what was found is a minute old, or of another client', async () => {
    await using s = await scene(1);
    const one = await s.add(1);
    const two = await s.add(2);
    await s.add(3);
    s.list.pause(one.id);
    await settle();
    expect(s.source.asked.slice(3)).toEqual([]);
    await s.clock.wind(60_000);
    s.list.pause(two.id);
    await settle();
    expect(s.source.asked.slice(3)).toEqual(['again file3.bin']);
  });

  test('goes on with one from what it is, not from a name that others may have taken', async () => {
    await using s = await scene(1);
    const { id } = await s.add(1, { file: '/mine/x' });
    s.list.pause(id);
    await settle();
    s.list.resume(id);
    await settle();
    expect(s.source.asked).toEqual(['locate file1.bin', 'again file1.bin']);
    expect(s.source.last.known).toMatchObject({ content: idOf(1), file: '/mine/x', from: 'Bob', size: 1000 });
  });

  test('fails one that nobody has any more, and starts the next', async () => {
    await using s = await scene(1);
    const one = await s.add(1);
    await s.add(2);
    s.list.pause(one.id);
    await settle();
    s.list.resume(one.id);
    s.source.failures.push(new RollcallError('not-found', 'nobody has it'));
    await s.source.last.saved();
    await settle();
    expect(s.list.get(one.id)).toMatchObject({ state: 'failed', error: { code: 'not-found' } });
  });

  test('asks a silent tracker again after 5 s, and gives a download up after three times', async () => {
    await using s = await scene(1);
    const { id } = await s.add(1);
    s.list.pause(id);
    await settle();
    const silence = new RollcallError('unreachable', 'the tracker does not answer');
    s.source.failures.push(silence, silence);
    s.list.resume(id);
    await settle();
    expect(s.list.get(id)).toMatchObject({ state: 'queued', error: null });
    await s.clock.wind(4999);
    expect(s.source.failures).toHaveLength(1);
    await s.clock.wind(5001);
    expect(s.list.get(id).state).toBe('running');
    s.list.pause(id);
    await settle();
    s.source.failures.push(silence, silence, silence);
    s.list.resume(id);
    await s.clock.wind(10_000);
    expect(s.list.get(id)).toMatchObject({ state: 'failed', error: { code: 'unreachable' } });
  });

  test('does not count the silence of a tracker that turns out to be away', async () => {
    await using s = await scene(1);
    const { id } = await s.add(1);
    s.list.pause(id);
    await settle();
    for (let time = 0; time < 5; time++) s.source.failures.push(new RollcallError('unreachable', 'gone'));
    s.list.resume(id);
    for (let time = 0; time < 5; time++) {
      s.online = false;
      await settle();
      expect(s.list.get(id).state).toBe('queued');
      s.online = true;
      s.list.sourceChanged();
    }
    await settle();
    expect(s.list.get(id).state).toBe('running');
  });
});

describe('cancelling', () => {
  test('stops it, and removes what has come once nothing is written any more', async () => {
    await using s = await scene();
    s.source.slowToStop = true;
    const { id } = await s.add(1);
    s.source.last.progress(400);
    const cancelled = s.list.cancel(id);
    await settle();
    expect([s.list.get(id).state, s.discarded]).toEqual(['cancelled', []]);
    await s.source.last.failed(new RollcallError('interrupted', 'stopped'));
    await cancelled;
    const file = '/downloads/downloaded_Bob_file1.bin';
    expect(s.discarded).toEqual([{ content: idOf(1), size: 1000, kind: 'file', file }]);
    expect(s.list.get(id)).toMatchObject({ state: 'cancelled', bytes: 0, endedAt: s.clock.wall() });
  });

  test('leaves what another download of the same content in that folder may go on with', async () => {
    await using s = await scene();
    const one = await s.add(1, { file: '/mine/x' });
    const two = await s.add(1, { file: '/mine/y' });
    s.list.pause(one.id);
    await s.list.cancel(two.id);
    expect(s.discarded).toEqual([]);
    await s.list.cancel(one.id);
    expect(s.discarded).toHaveLength(1);
  });

  test('that cannot remove what has come says so, and may be asked again', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    s.discard = async () => {
      throw new RollcallError('usage', 'cannot be written to');
    };
    await expect(s.list.cancel(id)).rejects.toMatchObject({ code: 'usage' });
    expect(s.list.get(id).state).toBe('cancelled');
    s.discard = async () => {};
    await s.list.cancel(id);
    expect(s.discarded).toHaveLength(2);
  });

  test('that comes too late says that it is done', async () => {
    await using s = await scene();
    s.source.slowToStop = true;
    const { id } = await s.add(1);
    const cancelled = s.list.cancel(id);
    const refused = expect(cancelled).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('is done'),
    });
    await s.source.last.saved();
    await refused;
    expect([s.list.get(id).state, s.discarded]).toEqual(['done', []]);
  });

  test('and going on at once starts anew only after all was removed', async () => {
    await using s = await scene();
    let removed = (): void => {};
    s.discard = () =>
      new Promise((resolve) => {
        removed = resolve;
      });
    const { id } = await s.add(1);
    const cancelled = s.list.cancel(id);
    await settle();
    s.list.resume(id);
    await settle();
    expect([s.list.get(id).state, s.source.going.length]).toEqual(['queued', 0]);
    removed();
    await cancelled;
    await settle();
    expect([s.list.get(id).state, s.source.going.length]).toEqual(['running', 1]);
  });

  test('and going on before it has stopped removes nothing', async () => {
    await using s = await scene();
    s.source.slowToStop = true;
    const { id } = await s.add(1);
    const cancelled = s.list.cancel(id);
    s.list.resume(id);
    await s.source.last.failed(new RollcallError('interrupted', 'stopped'));
    await cancelled;
    await settle();
    expect([s.list.get(id).state, s.discarded, s.source.going.length]).toEqual(['running', [], 1]);
  });

  test('one that failed leaves no word of the failure', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    await s.source.last.failed(new RollcallError('no-space', 'full'));
    await s.list.cancel(id);
    expect(s.list.get(id)).toMatchObject({ state: 'cancelled', error: null });
    expect(s.discarded).toHaveLength(1);
  });

  test('one that waits starts nothing', async () => {
    await using s = await scene(1);
    await s.add(1);
    const two = await s.add(2);
    await s.list.cancel(two.id);
    await s.source.last.saved();
    expect([s.states(), s.source.fetches.length]).toEqual([['done', 'cancelled'], 1]);
  });
});

describe('pausing', () => {
  test('comes too late for one that is saved meanwhile', async () => {
    await using s = await scene();
    s.source.slowToStop = true;
    const { id } = await s.add(1);
    s.list.pause(id);
    await s.source.last.saved();
    expect(s.list.get(id)).toMatchObject({ state: 'done', path: '/downloads/downloaded_Bob_file1.bin' });
  });

  test('all of them waits until they have put away what they have', async () => {
    await using s = await scene(1);
    s.source.slowToStop = true;
    await s.add(1);
    await s.add(2);
    let over = false;
    const paused = s.list.pauseAll().then(() => {
      over = true;
    });
    await settle();
    expect([s.states(), over]).toEqual([['paused', 'paused'], false]);
    await s.source.last.failed(new RollcallError('interrupted', 'stopped'));
    await paused;
    expect(s.states()).toEqual(['paused', 'paused']);
  });

  test('all of them waits 5 s at most', async () => {
    await using s = await scene();
    s.source.slowToStop = true;
    await s.add(1);
    const paused = s.list.pauseAll();
    await s.clock.wind(5000);
    await paused;
    expect(s.warnings).toEqual(['downloads were not stopped in time']);
  });
});

describe('forgetting', () => {
  test('takes it off the list, tells so, and leaves what was saved', async () => {
    await using s = await scene();
    const { id } = await s.add(1);
    expect(() => s.list.forget(id)).toThrow(expect.objectContaining({ code: 'usage' }));
    await s.source.last.saved();
    s.list.forget(id);
    expect([s.list.list(), s.events.at(-1), s.discarded]).toEqual([[], { event: 'forgotten', id }, []]);
    expect(() => s.list.get(id)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  test('one that has not put away yet what it has tells nothing of it any more', async () => {
    await using s = await scene(1);
    s.source.slowToStop = true;
    const { id } = await s.add(1);
    await s.add(2);
    s.list.pause(id);
    s.list.forget(id);
    s.events.length = 0;
    await s.source.last.failed(new RollcallError('interrupted', 'stopped'));
    expect(statesTold(s)).toEqual(['running']);
  });

  test.each(['get', 'pause', 'resume', 'forget', 'pieces'] as const)(
    'nobody can %s one that there is not',
    async (how) => {
      await using s = await scene();
      expect(() => s.list[how]('../x\u001b')).toThrow(
        expect.objectContaining({ code: 'not-found', message: 'there is no download ../x\\u{1b}' }),
      );
      await expect(s.list.cancel('x')).rejects.toMatchObject({ code: 'not-found' });
    },
  );

  test('goes by itself for all but the last 200 that ended', async () => {
    await using s = await scene(1);
    for (let number = 0; number < 203; number++) {
      await s.add(number);
      await s.source.last.saved();
      await s.clock.wind(1);
    }
    expect(s.list.list()).toHaveLength(200);
    expect(s.list.list()[0]?.name).toBe('file3.bin');
    expect(s.events.filter(({ event }) => event === 'forgotten')).toHaveLength(3);
  });
});

describe('the next start', () => {
  test('has them as they were, and those that ran or waited are paused', async () => {
    await using s = await scene(1);
    await s.add(1);
    await s.source.last.saved();
    await s.add(2);
    await s.source.last.failed(new RollcallError('no-space', 'full'));
    const three = await s.add(3, { file: '/mine/x', ifExists: 'overwrite' });
    await s.add(4);
    await s.clock.wind(1500);
    s.source.last.progress(123);
    await s.restart();
    expect(s.states()).toEqual(['done', 'failed', 'paused', 'paused']);
    expect(s.list.get(three.id)).toMatchObject({ bytes: 123, seconds: 1.5, size: 1000 });
    expect(s.list.list()[1]?.error).toEqual({ code: 'no-space', message: 'full' });
    expect(s.source.going).toEqual([]);
    s.list.resume(three.id);
    await settle();
    expect(s.source.last.known).toMatchObject({ content: idOf(3), file: '/mine/x' });
    expect(s.source.last.how.ifExists).toBe('overwrite');
  });

  test('comes within seconds, though a download does not stop', async () => {
    await using s = await scene();
    s.source.slowToStop = true;
    await s.add(1);
    const restarted = s.restart();
    await s.clock.wind(5000);
    await restarted;
    expect(s.states()).toEqual(['paused']);
  });

  test('leaves no timer of the one before', async () => {
    await using s = await scene();
    await s.add(1);
    await s.add(2);
    await s.clock.wind(700);
    await s.list[Symbol.asyncDispose]();
    expect(s.clock.waiting).toBe(0);
  });
});

test('a download that is added while the list is closed starts nothing', async () => {
  await using s = await scene();
  const adding = s.list.add({ name: resourceName('x') });
  const refused = expect(adding).rejects.toMatchObject({ code: 'interrupted' });
  await s.list[Symbol.asyncDispose]();
  await refused;
  await expect(s.add(2)).rejects.toMatchObject({ code: 'unreachable' });
  expect(s.source.fetches).toEqual([]);
});

test('a watcher that fails hurts neither the download nor the other watchers, and the log is told', async () => {
  await using s = await scene();
  using _failing = s.list.watch(() => {
    throw new Error('a page is gone');
  });
  const seen: string[] = [];
  const watching = s.list.watch(({ event }) => void seen.push(event));
  await s.add(1);
  expect(seen).toEqual(['download', 'download']);
  expect(s.states()).toEqual(['running']);
  expect(s.warnings).toHaveLength(2);
  watching[Symbol.dispose]();
  await s.source.last.saved();
  expect(seen).toHaveLength(2);
});
