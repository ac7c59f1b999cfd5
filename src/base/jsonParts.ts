import { isAbsolute } from 'node:path';

/** Parts of JSON that we wrote ourselves, and that anybody may have changed since. Each throws a TypeError where it is another. */

export type JsonObject = Readonly<Partial<Record<string, unknown>>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function jsonObject(value: unknown): JsonObject {
  if (!isObject(value)) throw new TypeError('there is no object where one has to be');
  return value;
}

export function jsonList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('there is no list where one has to be');
  return value;
}

export function jsonText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('there is no text where one has to be');
  return value;
}

/** Bytes or milliseconds. */
export function jsonAmount(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new TypeError('a number is none');
  return value;
}

export function jsonPath(value: unknown): string {
  const path = jsonText(value);
  if (!isAbsolute(path) || path.includes('\0')) throw new TypeError('a path is not absolute');
  return path;
}
