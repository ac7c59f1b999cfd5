import type { Page } from '../../base/roll.ts';
import type { Matches } from '../../directory/directory.ts';
import { maxPageBytes } from '../limits.ts';

/** Bytes that a value takes in a list of JSON, with its comma. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value)) + 1;

/**
 * As many of the rows as fit in one message, with the cursor of what follows. There is always at least one, so that a
 * walk comes to its end.
 */
export function cutPage<Row>({ matches, more }: Matches<Row>, maxBytes: number = maxPageBytes): Page<Row> {
  const rows: Row[] = [];
  let bytes = 0;
  let last: string | undefined;
  for (const { row, cursor } of matches) {
    bytes += jsonBytes(row);
    if (bytes > maxBytes && rows.length > 0) return { rows, next: last };
    rows.push(row);
    last = cursor;
  }
  return more ? { rows, next: last } : { rows };
}

/** The same page with each row made into another. */
export const mapRows = <Row, Made>({ matches, more }: Matches<Row>, make: (row: Row) => Made): Matches<Made> => ({
  matches: matches.map(({ row, cursor }) => ({ row: make(row), cursor })),
  more,
});
