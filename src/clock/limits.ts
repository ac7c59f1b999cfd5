import { KiB } from '../base/sizes.ts';

/** Connections at once: a class that asks for each operation keeps one each for 30 s. */
export const maxConnections = 1024;

/** Bytes of an answer of a date service that are read: a date has 30. */
export const maxAnswerBytes: number = 4 * KiB;

/** Milliseconds that a date service has for its answer: the operation that asks for the date waits for it. */
export const askMs = 2000;
