import type { Log } from '../../../base/log.ts';
import { safeJson } from '../../../base/safeText.ts';
import type { Terminal } from './terminal.ts';

/** Events as lines on stderr, for `--verbose`. */
export function terminalLog(terminal: Terminal): Log {
  const writeAs =
    (level: string) =>
    (fields: object, message: string): void =>
      terminal.warn(`${level}: ${message} ${safeJson(fields)}`);
  return { debug: writeAs('debug'), info: writeAs('info'), warn: writeAs('warning'), error: writeAs('error') };
}
