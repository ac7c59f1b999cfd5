import { describe, expect, it } from 'vitest';
import { haves, havesOfAddress, havesOfOne } from '../../../../src/client/sharing/limits.ts';
import { Haves } from '../../../../src/client/sharing/serve/haves.ts';

async function* silence(): AsyncGenerator<Uint8Array, void, undefined> {
  yield new Uint8Array(1);
}
const isOpen = (open: Haves, which: number, until = [new AbortController().signal]): boolean =>
  open.open(
    { key: `${Math.floor(which / havesOfOne)}`, address: `${Math.floor(which / havesOfAddress)}` },
    silence,
    until,
  ) !== undefined;

describe('open answers', () => {
  it('are bounded in all', () => {
    const open = new Haves();
    for (let which = 0; which < haves; which++) expect(isOpen(open, which)).toBe(true);
    expect(isOpen(open, haves)).toBe(false);
  });

  it('end with any of their signals, whose reason they are told, and leave nothing at the others', () => {
    const [caller, content] = [new AbortController(), new AbortController()];
    let listeners = 0;
    const { addEventListener: add, removeEventListener: remove } = content.signal;
    content.signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add.apply(content.signal, args);
    };
    content.signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove.apply(content.signal, args);
    };
    const open = new Haves();
    let gone: AbortSignal | undefined;
    const tell = (until: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> => {
      gone = until;
      return silence();
    };
    expect(open.open({ key: 'a', address: 'b' }, tell, [caller.signal, content.signal])).toBeDefined();
    expect(listeners).toBe(1);
    caller.abort(new Error('left'));
    expect([gone?.aborted, gone?.reason, listeners]).toEqual([true, new Error('left'), 0]);
    expect(isOpen(open, 0, [new AbortController().signal, AbortSignal.abort()])).toBe(false);
  });
});
