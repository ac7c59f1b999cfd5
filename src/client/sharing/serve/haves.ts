import { haves, havesOfAddress, havesOfOne } from '../limits.ts';
import { Counts } from './counts.ts';
import type { Downloader } from './downloader.ts';

/** Bounds the open answers: in all, to each address, and to each caller. */
export class Haves {
  readonly #byAddress = new Counts();
  readonly #byKey = new Counts();
  #count = 0;

  /**
   * What `tell` has to say, as an open answer that counts until it ends, or until one of the signals aborts, even before
   * its first line. `tell` is given a signal that aborts then, with the reason.
   * @returns nothing where there are too many
   */
  open(
    caller: Downloader,
    tell: (gone: AbortSignal) => AsyncGenerator<Uint8Array, void, undefined>,
    until: readonly AbortSignal[],
  ): AsyncIterable<Uint8Array> | undefined {
    if (until.some(({ aborted }) => aborted) || !this.#hasRoom(caller)) return undefined;
    const gone = new AbortController();
    this.#add(caller, 1);
    let open = true;
    const end = (): void => {
      if (!open) return;
      open = false;
      this.#add(caller, -1);
      for (const signal of until) signal.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      end();
      gone.abort(until.find(({ aborted }) => aborted)?.reason);
    };
    // Not by AbortSignal.any, which leaves something behind at a signal that lives on.
    for (const signal of until) signal.addEventListener('abort', abort);
    const lines = tell(gone.signal);
    const chunks: AsyncIterator<Uint8Array, void, undefined> = {
      async next() {
        try {
          const next = await lines.next();
          if (next.done === true) end();
          return next;
        } catch (error) {
          end();
          throw error;
        }
      },
      async return() {
        end();
        return await lines.return();
      },
    };
    return { [Symbol.asyncIterator]: () => chunks };
  }

  #hasRoom({ key, address }: Downloader): boolean {
    const own = this.#byKey.of(key) < havesOfOne && this.#byAddress.of(address) < havesOfAddress;
    return own && this.#count < haves;
  }

  #add({ key, address }: Downloader, by: 1 | -1): void {
    this.#count += by;
    this.#byKey.add(key, by);
    this.#byAddress.add(address, by);
  }
}
