import pino from 'pino';
import pretty from 'pino-pretty';
import { RollcallError } from '../../base/errors.ts';
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
  file?: string | undefined;
  /** Where people read. */
  people: NodeJS.WritableStream;
  colour: boolean;
}

export interface OpenLog extends AsyncDisposable {
  readonly log: Log;
}

/** A log for people, and one for programs where a file is named. @throws RollcallError `usage` where it cannot be written */
export async function openLog({ level, file, people, colour }: LogOptions): Promise<OpenLog> {
  const screen = pretty({
    colorize: colour,
    destination: people,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    hideObject: true,
    messageFormat: (line, messageKey) => [line[messageKey], ...Object.entries(line).flatMap(words)].join(' '),
  });
  const streams: pino.StreamEntry<pino.LevelWithSilent>[] = [{ level, stream: screen }];
  let logFile: LogFile | undefined;
  if (file !== undefined) {
    const onError = ({ message }: Error): void => {
      screen.write(`${JSON.stringify({ level: 50, time: Date.now(), msg: `the log file ${file}: ${message}` })}\n`);
    };
    logFile = await openLogFile(file, { onError });
    streams.push({ level, stream: logFile });
  }
  const logger = pino({ level, timestamp: pino.stdTimeFunctions.epochTime }, pino.multistream(streams));
  const write =
    (at: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: object, message: string): void => {
      if (logger.isLevelEnabled(at)) logger[at](safe(fields), message);
    };
  return {
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
