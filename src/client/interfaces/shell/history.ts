import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unsafeCharacter } from '../../../base/safeText.ts';
import { maxHistoryCharacters, maxHistoryLines } from './limits.ts';

/** What was typed in earlier shells, the newest first. */
export interface History {
  readonly size: number;
  load(): Promise<string[]>;
  /** Never fails: nobody loses more than the convenience. */
  save(lines: readonly string[]): Promise<void>;
}

/** Kept in the home folder, for its owner's eyes alone. */
export function openHistory(home: string): History {
  const file = join(home, 'shell_history');
  return {
    size: maxHistoryLines,
    async load() {
      const text = await readFile(file, 'utf8').catch(() => '');
      return text.split('\n').filter(isKept).reverse().slice(0, maxHistoryLines);
    },
    async save(lines) {
      const kept = lines.filter(isKept).slice(0, maxHistoryLines).reverse();
      const text = kept.map((line) => `${line}\n`).join('');
      await writeFile(file, text, { mode: 0o600 }).catch(() => {
        // The folder is gone, or full; the next shell begins without a history.
      });
    },
  };
}

const isKept = (line: string): boolean =>
  line.trim() !== '' && line.length <= maxHistoryCharacters && !unsafeCharacter.test(line);
