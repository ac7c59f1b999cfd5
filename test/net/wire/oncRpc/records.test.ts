import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { encodeRecord, maxRecordBytes, RecordReader } from '../../../../src/net/wire/oncRpc/records.ts';
import { chunksOf, joined } from './arbitraries.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const fragment = (part: Uint8Array, last: boolean): Uint8Array => {
  const record = encodeRecord(part);
  if (!last) record[0] = 0;
  return record;
};
const read = (...chunks: Uint8Array[]): number[][] => {
  const reader = new RecordReader();
  return chunks.flatMap((chunk) => reader.push(chunk)).map((message) => [...message]);
};

it('a record is one fragment, the last, after its length', () => {
  expect(encodeRecord(bytes('0102030405'))).toEqual(bytes('80000005 0102030405'));
});

describe('a reader', () => {
  it('joins fragments, empty ones too', () => {
    expect(read(bytes('00000002 0102 00000000 00000001 03 80000001 04'))).toEqual([[1, 2, 3, 4]]);
    expect(read(bytes('00000002 0102 80000000'))).toEqual([[1, 2]]);
  });

  it('finds several records in one chunk, and a record of nothing', () => {
    expect(read(bytes('80000001 01 80000000 80000001 02'))).toEqual([[1], [], [2]]);
  });

  it('knows whether it stands in the middle of a record', () => {
    const reader = new RecordReader();
    const at = [...bytes('00000001 01 80000001 02')].map((byte) => {
      reader.push(Uint8Array.of(byte));
      return reader.partial;
    });
    expect(at).toEqual([...Array.from({ length: 9 }, () => true), false]);
  });

  it('takes a record of 64 KiB, in one fragment or many', () => {
    const longest = new Uint8Array(maxRecordBytes).fill(7);
    const halves = [fragment(longest.subarray(0, 30_000), false), fragment(longest.subarray(30_000), true)];
    expect(new RecordReader().push(encodeRecord(longest))[0]).toEqual(longest);
    expect(new RecordReader().push(Buffer.concat(halves))[0]).toEqual(longest);
  });

  it.each([
    ['of one byte more', '80010001'],
    ['of 2 GiB', 'ffffffff'],
    ['of 64 KiB after a fragment', '00000001 01 80010000'],
  ])('refuses a record %s before it comes', (_, text) => {
    expect(() => read(bytes(text))).toThrow(expect.objectContaining({ code: 'limit' }));
  });

  it('takes 16 empty fragments in a record, and refuses 17', () => {
    const empty = bytes('00000000'.repeat(16));
    expect(read(empty, bytes('80000001 01'), empty, bytes('80000001 02'))).toEqual([[1], [2]]);
    expect(() => read(empty, bytes('00000000'))).toThrow(expect.objectContaining({ code: 'bad-message' }));
  });
});

it('a record of more than 64 KiB is not written', () => {
  expect(() => encodeRecord(new Uint8Array(maxRecordBytes + 1))).toThrow(expect.objectContaining({ code: 'limit' }));
});

it('messages come back as they were, however they are cut into fragments and chunks', () => {
  const anyFragments = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 });
  const stream = fc.array(anyFragments, { maxLength: 6 }).chain((messages) => {
    const bytes = joined(messages.flatMap((parts) => parts.map((part, at) => fragment(part, at === parts.length - 1))));
    return fc.tuple(fc.constant(messages.map((parts) => [...joined(parts)])), chunksOf(bytes));
  });
  fc.assert(
    fc.property(stream, ([messages, chunks]) => {
      expect(read(...chunks)).toEqual(messages);
    }),
  );
});

it('garbage gives messages, or our error', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), (chunks) => {
      try {
        expect(read(...chunks)).toBeInstanceOf(Array);
      } catch (error) {
        expect(error).toBeInstanceOf(RollcallError);
      }
    }),
  );
});
