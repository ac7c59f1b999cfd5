import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/base/ids.ts';
import { resourceName } from '../../../src/base/names.ts';
import { keptSamples, sampleMs } from '../../../src/client/daemon/limits.ts';
import type { RollSource } from '../../../src/client/live/liveRoll.ts';
import { settle } from '../../support/fakeClock.ts';
import { userRow } from '../live/scene.ts';
import { id, scene } from './fakes.ts';

const to = { server: 'lab', user: 'Ann' };

describe('settings', () => {
  it('take effect at once, stand in the file, and are those of the next connection', async () => {
    const s = await scene({ traffic: { limitUp: 5000, uploadSlots: 4, maxOwners: 5 } });
    await s.daemon.connect(to);
    expect(s.daemon.settings()).toEqual({
      limitUp: 5000,
      limitDown: null,
      uploadSlots: 4,
      maxOwners: 5,
      downloadSlots: 2,
      downloads: join(s.folder, 'downloads'),
      shareFolder: join(s.folder, 'shared'),
      peerPort: 0,
    });
    const downloads = join(s.folder, 'other', 'place');
    const after = await s.daemon.configure({
      limitUp: null,
      limitDown: 2048,
      uploadSlots: 8,
      downloads,
      peerPort: 5001,
    });
    expect(after).toMatchObject({ limitUp: null, limitDown: 2048, uploadSlots: 8, downloads, maxOwners: 5 });
    expect(s.newest().configured.at(-1)).toMatchObject({ limitUp: null, limitDown: 2048, uploadSlots: 8, downloads });
    expect(s.events.filter(({ event }) => event === 'settings')).toEqual([{ event: 'settings', settings: after }]);
    expect(await readFile(join(s.folder, 'home', 'config.toml'), 'utf8')).toBe(
      `limit-down = 2048\nupload-slots = 8\ndownloads = ${JSON.stringify(downloads)}\npeer-port = 5001\n`,
    );
    await s.daemon.connect(to);
    expect(s.newest().options).toMatchObject({
      peerPort: 5001,
      downloads,
      traffic: { limitUp: undefined, limitDown: 2048, uploadSlots: 8, maxOwners: 5 },
    });
  });

  it.each([
    [{ limitUp: 10 }, /^limitUp: /],
    [{ limitDown: Number.NaN }, /^limitDown: /],
    [{ uploadSlots: 0 }, /^uploadSlots: 0 is no number from 1 to 64/],
    [{ downloadSlots: 1.5 }, /^downloadSlots: /],
    [{ maxOwners: 65 }, /^maxOwners: /],
    [{ peerPort: 80 }, /^peerPort: /],
    [{ downloads: 'relative' }, /^downloads: /],
    [{ shareFolder: '/proc/none' }, /^shareFolder: /],
  ])('are refused whole where one of them is wrong: %o', async (wrong, message) => {
    const s = await scene();
    const before = s.daemon.settings();
    await expect(s.daemon.configure({ uploadSlots: 9, ...wrong })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    });
    expect(s.daemon.settings()).toEqual(before);
    await expect(readFile(join(s.folder, 'home', 'config.toml'))).rejects.toThrow('ENOENT');
  });

  it('stay as they are where they cannot be written down', async () => {
    const s = await scene();
    await writeFile(join(s.folder, 'home', 'config.toml'), 'upload-slots = """\n3"""\n');
    await expect(s.daemon.configure({ uploadSlots: 9 })).rejects.toMatchObject({ code: 'usage' });
    expect(s.daemon.settings().uploadSlots).toBe(4);
  });
});

describe('rates', () => {
  it('are sampled each second, of each client from its beginning, and the last minutes are kept', async () => {
    const s = await scene();
    await s.clock.wind(sampleMs);
    await s.daemon.connect(to);
    s.newest().moved = { up: 500, down: 70 };
    await s.clock.wind(sampleMs);
    s.newest().moved = { up: 1500, down: 70 };
    await s.clock.wind(sampleMs);
    await s.daemon.connect(to);
    s.newest().moved = { up: 20, down: 0 };
    await s.clock.wind(sampleMs);
    expect(s.daemon.rates().map(({ up, down }) => [up, down])).toEqual([
      [0, 0],
      [500, 70],
      [1000, 0],
      [20, 0],
    ]);
    expect(s.daemon.rates().at(-1)?.at).toBe(s.clock.wall());
    await s.clock.wind(sampleMs * keptSamples);
    expect(s.daemon.rates()).toHaveLength(keptSamples);
  });
});

describe('uploads', () => {
  it('are told with the name of whoever fetches, each second while there are any, and once when they end', async () => {
    const s = await scene();
    await s.daemon.connect(to);
    const bob = fingerprint('bb'.repeat(32));
    const source: RollSource = {
      async *find() {},
      async *users() {
        yield userRow('Bob', { fingerprint: bob });
      },
    };
    s.newest().options.live?.joined(source);
    await settle();
    const upload = {
      id: '1',
      name: resourceName('a'),
      content: id('a'),
      address: '10.0.0.2',
      bytes: 5,
      size: 9,
      rate: 1,
      since: 2,
    };
    s.newest().uploads = [
      { ...upload, fingerprint: bob },
      { ...upload, id: '2', fingerprint: null },
    ];
    await s.clock.wind(sampleMs);
    s.newest().uploads = [];
    await s.clock.wind(sampleMs * 3);
    const told = s.events.flatMap((event) => (event.event === 'uploads' ? [event.uploads] : []));
    expect(told).toEqual([
      [
        { ...upload, user: 'Bob' },
        { ...upload, id: '2', user: null },
      ],
      [],
    ]);
  });
});

describe('what happens', () => {
  it('is told to everybody who watches, though one of them fails', async () => {
    const s = await scene();
    s.daemon.watch(() => {
      throw new Error('a page that is gone');
    });
    const seen: string[] = [];
    const watching = s.daemon.watch(({ event }) => seen.push(event));
    await s.daemon.connect(to);
    expect(seen).toContain('connection');
    watching[Symbol.dispose]();
    seen.length = 0;
    await s.daemon.disconnect();
    expect(seen).toEqual([]);
  });

  it('stands in the log', async () => {
    const s = await scene();
    await s.daemon.connect(to);
    const messages = s.daemon.log.entries({ level: 'info', most: 10 }).map(({ message }) => message);
    expect(messages).toContain('joined the tracker');
    expect(s.events.some((event) => event.event === 'log' && event.entry.message === 'joined the tracker')).toBe(true);
  });

  it('tells the date, and by whom', async () => {
    const s = await scene();
    expect(await s.daemon.date()).toEqual({
      date: expect.stringMatching(/^2030-01-01T/),
      source: 'the clock of this machine',
    });
    const silent = await scene({ dateService: 'http://127.0.0.1:1' });
    expect((await silent.daemon.date()).source).toMatch(/^the clock of this machine: .*127\.0\.0\.1:1/);
  });
});
