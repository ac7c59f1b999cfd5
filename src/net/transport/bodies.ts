/** The chunks of a body; their source is closed as soon as the caller is gone, even while it is being asked. */
export function whileThere(body: AsyncIterable<Uint8Array>, gone: AbortSignal): AsyncIterator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  if (gone.aborted) closeSource(chunks);
  else gone.addEventListener('abort', () => closeSource(chunks), { once: true });
  return chunks;
}

/** Lets go of what chunks come from, as an open file. */
export function closeSource(chunks: AsyncIterator<Uint8Array>): void {
  chunks.return?.().catch(() => {
    // Nobody is there any more who could be told.
  });
}
