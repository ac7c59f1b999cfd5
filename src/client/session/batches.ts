import { maxBatch } from '../../net/wire/control.ts';
import { maxLineBytes } from '../../net/wire/lines.ts';
import { envelopeBytes } from './limits.ts';

/** Cuts what is sent into messages: as few as keep the count of each at `maxBatch` and its line within `maxLineBytes`. */
export function batches<T>(items: readonly T[]): T[][] {
  const cut: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const itemBytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (batch.length === maxBatch || (batch.length > 0 && bytes + itemBytes > maxLineBytes - envelopeBytes)) {
      cut.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += itemBytes;
  }
  if (batch.length > 0) cut.push(batch);
  return cut;
}
