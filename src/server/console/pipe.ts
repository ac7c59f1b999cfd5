import { createInterface } from 'node:readline';
import type { Face } from './face.ts';

/** Takes lines as they come, from a pipe or a file, and writes nothing but answers. */
export function openPipe(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Face {
  const lines = createInterface({ input, crlfDelay: Infinity, terminal: false });
  let gone = false;
  output.on('error', () => {
    // Whoever read there is gone; the tracker serves on.
    gone = true;
  });
  return {
    lines,
    write: (text) =>
      new Promise((resolve) => {
        if (gone) resolve();
        else output.write(text, () => resolve());
      }),
    busy() {
      // Nothing stands there that an answer could tear.
    },
    [Symbol.dispose]: () => lines.close(),
  };
}
