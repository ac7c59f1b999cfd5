import { safeJson, safeText } from '../../../base/safeText.ts';

export type Input = NodeJS.ReadableStream & { isTTY?: boolean | undefined };
export type Output = NodeJS.WritableStream & { isTTY?: boolean | undefined; columns?: number | undefined };

export interface Streams {
  stdin: Input;
  stdout: Output;
  stderr: Output;
}

/** Puts colour on text that is fit for a terminal already. */
export type Paint = (text: string) => string;

/** Where a command speaks: data on stdout, messages on stderr. All text passes through `safeText` on its way. */
export interface Terminal extends Streams {
  readonly json: boolean;
  readonly quiet: boolean;
  /** A line of data. */
  print(line: string, paint?: Paint): void;
  /** A line of data for a program: one JSON object. */
  record(value: object): void;
  /** A message, unless `--quiet`. */
  say(line: string, paint?: Paint): void;
  /** A message that has to be heard. */
  warn(line: string, paint?: Paint): void;
  /** Has `erase` called before every line, while something stands below that is drawn again and again. */
  cover(erase: () => void): Disposable;
}

export interface TerminalOptions {
  json: boolean;
  quiet: boolean;
  /** False with `--no-color`. */
  color: boolean;
  env: NodeJS.ProcessEnv;
}

export function openTerminal(streams: Streams, options: TerminalOptions): Terminal {
  const { json, quiet, env } = options;
  const colour = options.color && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  let eraseCover: (() => void) | undefined;
  const write = (stream: Output, line: string, paint?: Paint): void => {
    eraseCover?.();
    const safe = safeText(line);
    stream.write(`${paint !== undefined && colour && stream.isTTY ? paint(safe) : safe}\n`);
  };
  return {
    ...streams,
    json,
    quiet,
    print: (line, paint) => write(streams.stdout, line, paint),
    record(value) {
      eraseCover?.();
      streams.stdout.write(`${safeJson(value)}\n`);
    },
    say(line, paint) {
      if (!quiet) write(streams.stderr, line, paint);
    },
    warn: (line, paint) => write(streams.stderr, line, paint),
    cover(erase) {
      eraseCover = erase;
      return {
        [Symbol.dispose]() {
          if (eraseCover === erase) eraseCover = undefined;
        },
      };
    },
  };
}

/** Columns of a terminal that does not tell: 80, as terminals have been since the VT100. */
const usualColumns = 80;

/** How wide lines may be on `stream`; a pipe has no end. */
export function columnsOf(stream: Output): number {
  if (!stream.isTTY) return Number.POSITIVE_INFINITY;
  return stream.columns || usualColumns;
}
