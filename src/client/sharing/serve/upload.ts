/** What an upload tells of itself, once each. */
export interface UploadEnd {
  /** Reading failed in the middle. */
  failed(error: unknown): void;
  /** It ended, in whichever way: what it holds can be let go. */
  close(): void;
}

/**
 * The body of a reply: `first`, then the `rest`. It ends when all is read, when reading fails, when the transport lets
 * go of it, even before the first chunk, and when `signal` says that the caller is gone.
 */
export function uploadBody(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
  signal: AbortSignal,
  { failed, close }: UploadEnd,
): AsyncIterable<Uint8Array> {
  let head: Uint8Array | undefined = first;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    signal.removeEventListener('abort', end);
    close();
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end);

  const chunks: AsyncIterator<Uint8Array, void, undefined> = {
    async next() {
      if (signal.aborted) throw signal.reason;
      if (ended) return { done: true, value: undefined };
      if (head !== undefined) {
        const value = head;
        head = undefined;
        return { done: false, value };
      }
      try {
        const next = await rest.next();
        if (next.done === true) end();
        return next;
      } catch (error) {
        end();
        failed(error);
        throw error;
      }
    },
    async return() {
      end();
      return await rest.return();
    },
  };
  return { [Symbol.asyncIterator]: () => chunks };
}
