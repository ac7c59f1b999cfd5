/** What comes, as long as `signal` lets it: whoever falls silent is not waited for then. @throws the signal's reason */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await nextOf(iterator, signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // It may never come to its end, and nobody wants more of it.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

function nextOf<T>(iterator: AsyncIterator<T>, signal: AbortSignal): Promise<IteratorResult<T>> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const done = (): void => signal.removeEventListener('abort', abort);
    iterator.next().then(
      (next) => {
        done();
        resolve(next);
      },
      (error: unknown) => {
        done();
        reject(error);
      },
    );
  });
}
