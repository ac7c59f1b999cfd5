import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type {
  ContentBody,
  ResourcesBody,
  ResourcesQuery,
} from '../../../../../src/client/interfaces/web/api/bodies.ts';
import {
  type RowQuery,
  RowWindows,
  windowRows,
} from '../../../../../src/client/interfaces/web/page/resources/rowWindows.ts';
import { fakeContents } from './fakeContents.ts';

const query = (pattern = ''): RowQuery => ({ pattern, owner: '', sort: 'name', order: 'up' });
const contents = fakeContents(1000);

interface Asked {
  query: ResourcesQuery;
  signal: AbortSignal;
  answer(rows?: readonly ContentBody[]): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** Windows whose questions wait until the test answers them. */
function scene() {
  const asked: Asked[] = [];
  let drawn = 0;
  const rows = new RowWindows(
    (wanted, signal) =>
      new Promise<ResourcesBody>((done, failed) => {
        asked.push({
          query: wanted,
          signal,
          async answer(all = contents) {
            done({ version: 0, total: all.length, rows: all.slice(wanted.offset, wanted.offset + wanted.limit) });
            await setImmediate();
          },
          async fail(error) {
            failed(error);
            await setImmediate();
          },
        });
      }),
    () => {
      drawn += 1;
    },
  );
  return { rows, asked, drawn: () => drawn };
}

const last = (asked: readonly Asked[]): Asked => asked.at(-1) ?? expect.fail('nothing was asked');

describe('windows of a long list', () => {
  it('ask for the first window, and know the length from its answer', async () => {
    const { rows, asked, drawn } = scene();
    rows.show(query());
    expect(rows.total).toBeUndefined();
    expect(last(asked).query).toMatchObject({ offset: 0, limit: windowRows, sort: 'name' });
    await last(asked).answer();
    expect(rows.total).toBe(contents.length);
    expect(rows.row(0)?.key).toBe('key-0');
    expect(rows.row(windowRows)).toBeUndefined();
    expect(drawn()).toBe(1);
  });

  it('ask only for what is in sight, once, one window at a time', async () => {
    const { rows, asked } = scene();
    rows.show(query());
    await last(asked).answer();
    rows.look(windowRows * 3 - 5, windowRows * 3 + 20);
    rows.look(windowRows * 3 - 4, windowRows * 3 + 21);
    expect(asked.map((one) => one.query.offset)).toEqual([0, windowRows * 2]);
    await last(asked).answer();
    expect(asked.map((one) => one.query.offset)).toEqual([0, windowRows * 2, windowRows * 3]);
    await last(asked).answer();
    rows.look(0, 20);
    expect(asked).toHaveLength(3);
    expect(rows.row(windowRows * 3 + 7)?.key).toBe(`key-${windowRows * 3 + 7}`);
  });

  it('keep the rows of the query before until those of the new one are here', async () => {
    const { rows, asked } = scene();
    rows.show(query());
    await last(asked).answer();
    rows.show(query('report'));
    expect(rows.behind).toBe(true);
    expect(rows.row(0)?.key).toBe('key-0');
    await last(asked).answer(contents.slice(-4, -1));
    expect(rows.behind).toBe(false);
    expect(rows.total).toBe(3);
    expect(rows.row(0)?.name).toBe('report.pdf');
    expect(rows.row(3)).toBeUndefined();
  });

  it('drop the answer to a question that a newer one overtook', async () => {
    const { rows, asked } = scene();
    rows.show(query('r'));
    rows.show(query('re'));
    const [first, second] = asked;
    expect(first?.signal.aborted).toBe(true);
    await second?.answer(contents.slice(-4, -1));
    await first?.answer();
    expect(rows.total).toBe(3);
  });

  it('ask anew for what is in sight when the roll changes, and keep what was there meanwhile', async () => {
    const { rows, asked } = scene();
    rows.show(query());
    await last(asked).answer();
    rows.outdated(1);
    expect(asked).toHaveLength(2);
    expect(rows.row(5)?.key).toBe('key-5');
    await last(asked).answer(contents.slice(5));
    expect(rows.row(0)?.key).toBe('key-5');
    expect(asked).toHaveLength(2);
  });

  it('ask once more where the roll changed while they were asking, and not for ever', async () => {
    const { rows, asked } = scene();
    rows.show(query());
    rows.outdated(1);
    rows.outdated(2);
    expect(asked).toHaveLength(1);
    await last(asked).answer();
    expect(asked).toHaveLength(2);
    await last(asked).answer();
    expect(asked).toHaveLength(2);
  });

  it('look at the last window where the list became shorter than one had scrolled', async () => {
    const { rows, asked } = scene();
    rows.show(query());
    await last(asked).answer();
    rows.look(900, 930);
    await last(asked).answer();
    rows.outdated(1);
    await last(asked).answer(contents.slice(0, 200));
    expect(last(asked).query.offset).toBe(windowRows);
    await last(asked).answer(contents.slice(0, 200));
    expect(asked).toHaveLength(4);
    expect(rows.row(199)?.key).toBe('key-199');
  });

  it('tell a failure, keep what was there, and try again when told to', async () => {
    const { rows, asked } = scene();
    rows.show(query());
    await last(asked).answer();
    rows.outdated(1);
    await last(asked).fail(new Error('away'));
    expect(rows.failure).toEqual(new Error('away'));
    expect(rows.row(0)?.key).toBe('key-0');
    rows.look(0, 10);
    expect(asked).toHaveLength(2);
    rows.retry();
    await last(asked).answer();
    expect(rows.failure).toBeUndefined();
  });

  it('ask nothing once closed', async () => {
    const { rows, asked } = scene();
    rows.show(query());
    rows.close();
    expect(last(asked).signal.aborted).toBe(true);
    rows.outdated(3);
    rows.look(300, 400);
    expect(asked).toHaveLength(1);
  });
});
