import { File } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import {
  type DroppedFile,
  type Entry,
  walkEntries,
} from '../../../../../src/client/interfaces/web/page/publish/dropped.ts';
import { sendDrop } from '../../../../../src/client/interfaces/web/page/publish/sendDrop.ts';

const file = (name: string): Entry => ({
  isFile: true,
  isDirectory: false,
  name,
  file: (found) => found(new File([name], name) as DroppedFile['file']),
});

/** Tells two entries at a time, as browsers tell a hundred. */
const folder = (name: string, inner: Entry[]): Entry => ({
  isFile: false,
  isDirectory: true,
  name,
  createReader() {
    const left = [...inner];
    return { readEntries: (found) => found(left.splice(0, 2)) };
  },
});

describe('what is dropped', () => {
  it('is every file below it, each with where it was', async () => {
    const dropped = [
      folder('photos', [file('1.jpg'), file('2.jpg'), file('3.jpg'), folder('raw', [file('1.nef')])]),
      file('x.txt'),
    ];
    const found = await walkEntries(dropped);
    expect(found.map(({ path }) => path)).toEqual([
      'photos/1.jpg',
      'photos/2.jpg',
      'photos/3.jpg',
      'photos/raw/1.nef',
      'x.txt',
    ]);
  });

  it('is refused where it is too much for a drop', async () => {
    const many = folder('many', ['1', '2', '3', '4'].map(file));
    await expect(walkEntries([many], 3)).rejects.toThrow('more than 3 files');
    expect(await walkEntries([many], 4)).toHaveLength(4);
  });

  it('fails where a file cannot be read', async () => {
    const broken: Entry = {
      isFile: true,
      isDirectory: false,
      name: 'x',
      file: (_, failed) => failed(new Error('not readable')),
    };
    await expect(walkEntries([broken])).rejects.toThrow('not readable');
  });
});

describe('sending a drop', () => {
  const files = ['a', 'bb', 'ccc'].map((name) => ({ path: name, file: new File([name], name) as DroppedFile['file'] }));
  const scene = (fail?: string) => {
    const steps: string[] = [];
    const sent: number[] = [];
    const controller = new AbortController();
    return {
      steps,
      sent,
      controller,
      run: () =>
        sendDrop({
          files,
          terms: { to: ['ada'] },
          calls: {
            openDrop: async () => ({ drop: 'd1' }),
            publishDrop: async (drop, terms) => {
              steps.push(`publish ${drop} ${JSON.stringify(terms)}`);
              return { shares: [] };
            },
            discardDrop: async (drop) => {
              steps.push(`discard ${drop}`);
              throw new Error('away');
            },
          },
          put: async (_, { path }, told) => {
            steps.push(`put ${path}`);
            told(1);
            if (path === fail) throw new Error('no space');
          },
          sent: (bytes) => sent.push(bytes),
          signal: controller.signal,
        }),
    };
  };

  it('puts one file after another, tells how far it is, and shares them all at the end', async () => {
    const { steps, sent, run } = scene();
    await run();
    expect(steps).toEqual(['put a', 'put bb', 'put ccc', 'publish d1 {"to":["ada"]}']);
    expect(sent).toEqual([1, 1, 2, 3, 4, 6]);
  });

  it('shares nothing where one fails, and tells that failure though discarding fails too', async () => {
    const { steps, run } = scene('bb');
    await expect(run()).rejects.toThrow('no space');
    expect(steps).toEqual(['put a', 'put bb', 'discard d1']);
  });

  it('shares nothing once it was called off', async () => {
    const { steps, controller, run } = scene();
    controller.abort();
    await expect(run()).rejects.toThrow();
    expect(steps).toEqual(['discard d1']);
  });
});
