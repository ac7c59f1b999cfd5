import { drainMs } from './limits.ts';
import type { Output } from './terminal.ts';

/** Waits until what was written has left the process; not for a reader that does not read. */
export async function drain(...streams: Output[]): Promise<void> {
  const empty = streams.map((stream) => {
    if (!stream.writable) return undefined;
    return new Promise<void>((resolve) => {
      stream.once('error', () => resolve());
      stream.write('', () => resolve());
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMs);
  });
  await Promise.race([Promise.all(empty), patience]);
  clearTimeout(timer);
}
