import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import { type Fingerprint, fingerprint, shortId } from '../../base/ids.ts';
import type { Endpoint } from '../../net/transport/transport.ts';
import { serverText } from './server.ts';

/** Which key each tracker had when it was first met. */
export interface Pins {
  /**
   * Remembers the key of a tracker that is `first` met; a known one has to have the `same`.
   * @throws RollcallError `key-changed` where it has another
   */
  check(server: Endpoint, shown: Fingerprint): Promise<'first' | 'same'>;
}

interface Pin {
  server: string;
  print: string;
  /** In the file, from 1. */
  line: number;
}

/**
 * Pins in a text file, one `host:port fingerprint` a line, `#` for comments. A pin is added by one write at the end of
 * the file, and the first line of a tracker counts: so two processes that write at once lose nothing and agree.
 */
export function openPins(file: string): Pins {
  return {
    async check(server, shown) {
      const name = serverText(server);
      const known = find(await read(file), name);
      if (known !== undefined) return same(file, known, shown);
      await append(file, `${name} ${shown}`);
      // Another process may have come first, with what it saw.
      const first = find(await read(file), name);
      if (first === undefined) throw new RollcallError('fault', `"${file}" does not keep what is written to it`);
      same(file, first, shown);
      return 'first';
    },
  };
}

function same(file: string, { server, print, line }: Pin, shown: Fingerprint): 'same' {
  let pinned: Fingerprint;
  try {
    pinned = fingerprint(print);
  } catch (cause) {
    throw new RollcallError(
      'usage',
      `line ${line} of "${file}" has no valid fingerprint for ${server}: remove the line, or write the tracker's ${shown}`,
      { cause },
    );
  }
  if (pinned === shown) return 'same';
  throw new RollcallError(
    'key-changed',
    `the tracker at ${server} shows another key than before: ${shortId(shown)}… where ${shortId(pinned)}… is known. ` +
      `Somebody may be posing as it. If its keeper confirms that its key is ${shown} now, ` +
      `remove line ${line} of "${file}" and try again`,
  );
}

function find(text: string, name: string): Pin | undefined {
  const lines = text.split('\n');
  for (const [index, content] of lines.entries()) {
    const [server, print] = content.trim().split(/\s+/);
    if (server?.toLowerCase() === name) return { server: name, print: print ?? '', line: index + 1 };
  }
  return undefined;
}

/** @throws RollcallError `usage` where the file is there and cannot be read */
async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw unusable(file, 'read', cause);
  }
}

async function append(file: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await using handle = await open(file, 'a+', 0o600);
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    // A line without an end is what a crash, or a person's editor, left.
    const torn = size > 0 && buffer.toString() !== '\n';
    await handle.write(`${torn ? '\n' : ''}${line}\n`);
    await handle.sync();
  } catch (cause) {
    throw unusable(file, 'written', cause);
  }
}

function unusable(file: string, what: 'read' | 'written', cause: unknown): RollcallError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RollcallError(
    'usage',
    `"${file}", which keeps the keys of trackers, cannot be ${what}: ${why}. Mend its permissions, or use another --home`,
    { cause },
  );
}
