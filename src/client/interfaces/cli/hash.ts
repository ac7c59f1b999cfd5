import type { Context } from './context.ts';
import { openProgress } from './progress.ts';

/** Prints the content id of files and folders, as `sha256sum` prints its sums. Asks no tracker. */
export async function hash(context: Context, paths: string[]): Promise<void> {
  const { terminal, settings, ending, log } = context;
  const { hashPaths } = await context.facade();
  using progress = openProgress(terminal, 'Hashing', context.clock);
  const options = {
    home: settings.home,
    log,
    signal: ending.signal,
    onProgress: (bytes: number, size: number) => progress.update(bytes, size),
  };
  for await (const { path, id, size, kind } of hashPaths(paths, options)) {
    if (terminal.json) terminal.record({ path, id, size, kind });
    else terminal.print(`${id}  ${path}`);
  }
}
