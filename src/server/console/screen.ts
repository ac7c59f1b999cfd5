import { Writable } from 'node:stream';

/** Whatever stands at the bottom of a terminal while lines come in above it. */
export interface Below {
  /** Takes itself off, and leaves the cursor where it began. */
  erase(): void;
  /** Puts itself where the cursor is, at the start of a line. */
  draw(): void;
}

/** A terminal that many write to. */
export interface Screen {
  /** For whoever writes whole lines and knows of nothing below them, as the log does. */
  readonly lines: Writable;
  /** Writes whole lines, above what stands below. */
  write(text: string): void;
  /** Keeps this below all that is written, until it is disposed of. */
  keep(below: Below): Disposable;
}

export function createScreen(output: Pick<NodeJS.WritableStream, 'write'>): Screen {
  let kept: Below | undefined;
  const write = (text: string): void => {
    kept?.erase();
    output.write(text);
    kept?.draw();
  };
  return {
    write,
    lines: new Writable({
      decodeStrings: false,
      write(chunk, _, done) {
        write(String(chunk));
        done();
      },
    }),
    keep(below) {
      kept = below;
      return {
        [Symbol.dispose]() {
          if (kept === below) kept = undefined;
        },
      };
    },
  };
}
