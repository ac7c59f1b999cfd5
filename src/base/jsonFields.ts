/** Longest text in a field that is kept whole, characters: a path of 4,096 bytes fits. */
const maxText = 4_096;
/** Fields of one object, and entries of one list: what a person reads of a log's line. */
const maxEntries = 32;
/** How deep objects may lie in one another. */
const maxDepth = 4;
/** Errors that are told behind the one that they caused. */
const maxCauses = 3;

/**
 * What a line of a log is about, as JSON can hold it: a copy of bounded size, with errors, dates and what JSON does not
 * know told as text. Never throws.
 */
export function jsonFields(fields: unknown): Readonly<Record<string, unknown>> {
  if (fields === undefined || fields === null) return {};
  if (fields instanceof Error) return { error: errorText(fields) };
  if (typeof fields !== 'object' || Array.isArray(fields)) return { value: jsonValue(fields, 1) };
  return copied(() => Object.entries(fields), 1);
}

function jsonValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return cut(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
    case 'undefined':
      return value;
    case 'object':
      return value === null ? null : jsonObject(value, depth);
    case 'bigint':
    case 'symbol':
    case 'function':
      return cut(String(value));
  }
}

function jsonObject(value: object, depth: number): unknown {
  if (value instanceof Error) return errorText(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (depth >= maxDepth) return '…';
  if (Array.isArray(value)) return listed(value, value.length, depth);
  if (value instanceof Set) return listed(value, value.size, depth);
  if (value instanceof Map) return copied(() => Array.from(value, ([key, entry]) => [String(key), entry]), depth + 1);
  return copied(() => Object.entries(value), depth + 1);
}

function listed(values: Iterable<unknown>, count: number, depth: number): unknown[] {
  const list: unknown[] = [];
  for (const value of values) {
    if (list.length === maxEntries) return [...list, `… ${count - maxEntries} more`];
    list.push(jsonValue(value, depth + 1) ?? null);
  }
  return list;
}

/** Without a prototype, so that a field may have any name. */
function copied(entries: () => [string, unknown][], depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  try {
    let count = 0;
    for (const [key, value] of entries()) {
      if (count === maxEntries) break;
      count += 1;
      const kept = jsonValue(value, depth);
      if (kept !== undefined) copy[cut(key)] = kept;
    }
  } catch {
    // A getter or a proxy of somebody else's that fails: what was read until then is what is told.
  }
  return copy;
}

/** Its message, and those of what it came from. */
function errorText(error: Error): string {
  const messages: string[] = [];
  let next: unknown = error;
  for (let count = 0; next instanceof Error && count <= maxCauses; count++) {
    const message = next.message === '' ? next.name : String(next.message);
    if (!messages.some((told) => told.includes(message))) messages.push(message);
    next = next.cause;
  }
  return cut(messages.join(': '));
}

const cut = (text: string): string => (text.length > maxText ? `${text.slice(0, maxText)}…` : text);
