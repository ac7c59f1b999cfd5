type Write = (fields: object, message: string) => void;

/** Where events are told; pino's shape, so that pino can stand behind it. */
export interface Log {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
}

const drop: Write = () => {};

export const silentLog: Log = { debug: drop, info: drop, warn: drop, error: drop };
