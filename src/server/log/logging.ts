import { join } from 'node:path';
import pino from 'pino';
import pretty from 'pino-pretty';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { safeText } from '../../base/safeText.ts';
import { type LogFile, openLogFile } from './logFile.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** @throws RollcallError `usage` */
export function logLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level !== undefined) return level;
  throw new RollcallError('usage', `"${safeText(text)}" is no log level: use ${logLevels.join(', ')}`);
}

export interface LogOptions {
  level: LogLevel;
  /** Takes JSON lines as well, whatever people read. */
  file?: LogPlace | undefined;
  /** Where people read. */
  people: NodeJS.WritableStream;
  colour: boolean;
  /** Is told each line that is written, as it is written. */
  also?: Log | undefined;
}

/** A file of the log. One that nobody named is left out, with a warning, where it cannot be written. */
export interface LogPlace {
  path: string;
  named: boolean;
}

/** `--log none`: no file. One of that name is `./none`. */
const noFile = 'none';

/** The file that `--log` names, or else the tracker's own in its folder. */
export function logPlace(said: string | undefined, dataFolder: string): LogPlace | undefined {
  if (said === noFile) return undefined;
  return said === undefined ? { path: join(dataFolder, 'server.log'), named: false } : { path: said, named: true };
}

export interface OpenLog extends AsyncDisposable {
  readonly log: Log;
  /** Lines that were written, by level. */
  readonly lines: Readonly<Record<keyof Log, number>>;
}

/**
 * A log for people, and one for programs where there is a file.
 * @throws RollcallError `usage` where the file was named and cannot be written
 */
export async function openLog({ level, file, people, colour, also }: LogOptions): Promise<OpenLog> {
  const screen = pretty({
    colorize: colour,
    destination: people,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    hideObject: true,
    messageFormat: (line, messageKey) => [line[messageKey], ...Object.entries(line).flatMap(words)].join(' '),
  });
  const complain = (severity: number, msg: string): void => {
    screen.write(`${JSON.stringify({ level: severity, time: Date.now(), msg: safeText(msg) })}\n`);
  };
  const streams: pino.StreamEntry<pino.LevelWithSilent>[] = [{ level, stream: screen }];
  let logFile: LogFile | undefined;
  if (file !== undefined) {
    const onError = ({ message }: Error): void => {
      complain(50, `the log file ${file.path}: ${message}`);
    };
    logFile = await openLogFile(file.path, { onError }).catch((error: unknown) => {
      if (file.named) throw error;
      complain(40, asRollcallError(error).message);
      return undefined;
    });
    if (logFile !== undefined) streams.push({ level, stream: logFile });
  }
  const logger = pino({ level, timestamp: pino.stdTimeFunctions.epochTime }, pino.multistream(streams));
  const lines = { debug: 0, info: 0, warn: 0, error: 0 };
  const write =
    (at: keyof Log) =>
    (fields: object, message: string): void => {
      if (!logger.isLevelEnabled(at)) return;
      const told = safe(fields);
      lines[at] += 1;
      logger[at](told, message);
      also?.[at](told, message);
    };
  return {
    lines,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    async [Symbol.asyncDispose]() {
      await logFile?.[Symbol.asyncDispose]();
    },
  };
}

/** Fields that tell a person nothing: what every line has, and what only programs tell apart. */
const dull = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'session']);

function words([name, value]: [string, unknown]): string[] {
  if (dull.has(name) || value === undefined) return [];
  return [`${name}=${typeof value === 'string' && !/[\s"]/.test(value) ? value : JSON.stringify(value)}`];
}

/** Whatever came from outside is in the fields: none of it may move a cursor or hide what follows. */
function safe(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, safeField(field)]));
}

function safeField(field: unknown): unknown {
  if (typeof field === 'string') return safeText(field);
  return Array.isArray(field) ? field.map(safeField) : field;
}
