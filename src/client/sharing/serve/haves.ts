import { haves, havesOfOne } from '../limits.ts';

/** Bounds the open answers, in all and to each caller. */
export class Haves {
  readonly #byCaller = new Map<string, number>();
  #count = 0;

  /**
   * The same lines as an open answer that counts until it ends, or until `gone` aborts, even before its first line.
   * @returns nothing where there are too many
   */
  open(
    caller: string,
    lines: AsyncGenerator<Uint8Array, void, undefined>,
    gone: AbortSignal,
  ): AsyncIterable<Uint8Array> | undefined {
    const own = this.#byCaller.get(caller) ?? 0;
    if (gone.aborted || this.#count >= haves || own >= havesOfOne) return undefined;
    this.#count += 1;
    this.#byCaller.set(caller, own + 1);
    let open = true;
    const end = (): void => {
      if (open) this.#leave(caller);
      open = false;
      gone.removeEventListener('abort', end);
    };
    gone.addEventListener('abort', end);
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

  #leave(caller: string): void {
    this.#count -= 1;
    const own = (this.#byCaller.get(caller) ?? 0) - 1;
    if (own > 0) this.#byCaller.set(caller, own);
    else this.#byCaller.delete(caller);
  }
}
