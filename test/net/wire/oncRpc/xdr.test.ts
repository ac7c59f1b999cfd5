import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XdrReader, XdrWriter } from '../../../../src/net/wire/oncRpc/xdr.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (writer: XdrWriter): string => Buffer.from(writer.bytes()).toString('hex');
const reader = (text: string): XdrReader => new XdrReader(bytes(text));

it.each([
  ['an int', '00000007', (w: XdrWriter) => w.int(7), (r: XdrReader) => r.int(), 7],
  ['a negative int', 'fffffffe', (w: XdrWriter) => w.int(-2), (r: XdrReader) => r.int(), -2],
  ['an unsigned', 'fffffffe', (w: XdrWriter) => w.unsigned(0xffff_fffe), (r: XdrReader) => r.unsigned(), 0xffff_fffe],
  ['true', '00000001', (w: XdrWriter) => w.bool(true), (r: XdrReader) => r.bool(), true],
  ['false', '00000000', (w: XdrWriter) => w.bool(false), (r: XdrReader) => r.bool(), false],
  ['no text', '00000000', (w: XdrWriter) => w.string('', 9), (r: XdrReader) => r.string(9), ''],
  ['text', '00000004 74657874', (w: XdrWriter) => w.string('text', 9), (r: XdrReader) => r.string(9), 'text'],
  ['padded text', '00000002 c3bc0000', (w: XdrWriter) => w.string('ü', 9), (r: XdrReader) => r.string(9), 'ü'],
])('%s is written and read as RFC 4506 says', (_, text, write, read, value) => {
  expect(hex(write(new XdrWriter()))).toBe(text.replaceAll(' ', ''));
  const from = reader(text);
  expect(read(from)).toBe(value);
  from.end();
});

describe('a reader', () => {
  it('takes padding of any bytes', () => {
    expect(reader('00000001 61ffffff').string(1)).toBe('a');
  });

  it('reads text that is not UTF-8 as ISO 8859-1', () => {
    expect(reader('00000004 616ef161').string(4)).toBe('anña');
  });

  it.each([
    ['an int of three bytes', '000000', (r: XdrReader) => r.int()],
    ['text that ends early', '00000004 616263', (r: XdrReader) => r.string(4)],
    ['text without its padding', '00000003 616263', (r: XdrReader) => r.string(4)],
    ['text one byte longer than allowed', '00000005 6162636465000000', (r: XdrReader) => r.string(4)],
    ['text of 4 GiB', 'ffffffff 61626364', (r: XdrReader) => r.string(0xffff_ffff)],
    ['a boolean that is 2', '00000002', (r: XdrReader) => r.bool()],
    ['bytes after the end', '00000001', (r: XdrReader) => r.end()],
  ])('refuses %s', (_, text, read) => {
    expect(() => read(reader(text))).toThrow(expect.objectContaining({ code: 'bad-message' }));
  });

  it('reads where the bytes lie inside a larger buffer', () => {
    const inside = bytes('ffff 00000001 61000000 ffff').subarray(2, 10);
    const from = new XdrReader(inside);
    expect(from.string(1)).toBe('a');
    from.end();
  });
});

it('a writer refuses text one byte too long, and takes the longest', () => {
  expect(new XdrWriter().string('üü', 4).bytes()).toHaveLength(8);
  expect(() => new XdrWriter().string('üüa', 4)).toThrow(expect.objectContaining({ code: 'limit' }));
});

const anyText = fc.string({ unit: 'binary', maxLength: 400 });

it('any items come back as they were, after one another', () => {
  const int = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, int, fc.uint8Array(), fc.boolean())), (items) => {
      const writer = new XdrWriter();
      for (const [text, number, opaque, truth] of items) {
        writer.string(text, 1600).int(number).opaque(opaque, 1000).bool(truth);
      }
      const written = writer.bytes();
      expect(written.length % 4).toBe(0);
      const from = new XdrReader(written);
      const read = items.map(() => [from.string(1600), from.int(), from.opaque(1000), from.bool()]);
      from.end();
      expect(read).toEqual(items);
    }),
  );
});
