import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentIdOf,
  hashBytes,
  hashContent,
  layerFits,
  leafBytes,
  leafCount,
  leavesFit,
  pieceBytes,
  pieceCount,
  pieceHash,
  pieceRange,
} from '../../src/base/merkle.ts';
import { GiB, KiB, MiB } from '../../src/base/sizes.ts';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The rule of BEP 52 to the letter, with nothing saved: fill the leaves up with zero hashes, then hash pair by pair. */
function naiveLayers(content: Uint8Array): Buffer[][] {
  const leaves: Buffer[] = [];
  for (let at = 0; at < content.length; at += leafBytes) leaves.push(sha256(content.subarray(at, at + leafBytes)));
  while (leaves.length & (leaves.length - 1)) leaves.push(Buffer.alloc(hashBytes));
  const layers = [leaves];
  for (let layer = leaves; layer.length > 1; ) {
    const below = layer;
    layer = below.flatMap((left, index) =>
      index % 2 === 0 ? sha256(Buffer.concat([left, below[index + 1] ?? left])) : [],
    );
    layers.push(layer);
  }
  return layers;
}

/** `length` bytes that are the same everywhere and differ from 64 KiB to 64 KiB. */
function pattern(length: number): Buffer {
  const unit = Buffer.from(Array.from({ length: 64 * KiB }, (_, index) => (index * 31 + 7) % 256));
  const content = Buffer.alloc(length);
  for (let at = 0, count = 0; at < length; at += unit.length, count++) {
    unit[0] = count & 255;
    unit[1] = (count >> 8) & 255;
    unit.copy(content, at);
  }
  return content;
}

/** Roots computed by another program in another language. */
const golden: [size: number, id: string][] = [
  [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  [16383, 'fb130e7fbff3238280016a23d48f71b6b7ff20028de9023b82463f50156a1832'],
  [16384, '695ba91d80c08cb565596eb32960753edb7223c55c9416943e0112e8d6b78741'],
  [16385, 'e139636cd7feb9271cd798155398612e26fcad436a1fea27617ba44d5fb736b2'],
  [49153, '3f9cc2c84dd177429261abb039488d14890eb9bbd106a2de8e74aef081605ec9'],
  [1048576, '03bb680d00bcc45d1525bdd88f91ff09470753b7b1d9ed1a9b5a3f6224768f40'],
  [1048577, 'cb92638d9ebddb2c2e6bd9d3fe3b7608e93bb06b444c1e0531b63c8966c0adf4'],
  [5255225, '61e34f85eaa2f84830694c8e1b31d92901891d9b1e8ed181280035da00eae2ed'],
];

describe('a content id', () => {
  it.each(golden)('of the pattern of %i bytes is what another program computes', (size, id) => {
    expect(hashContent(pattern(size)).id).toBe(id);
  });

  it('of one leaf is its SHA-256', () => {
    expect(hashContent(Buffer.from('abc')).id).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it.each([2 * leafBytes, 2 * leafBytes + 1, MiB - 1, MiB + leafBytes, 2 * MiB, 3 * MiB, 3 * MiB + 1])(
    'of %i bytes is the root of the tree as BEP 52 words it',
    (size) => {
      const content = pattern(size);
      expect(hashContent(content).id).toBe(naiveLayers(content).at(-1)?.[0]?.toString('hex'));
    },
  );

  it('is that root for any short content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (seed, leaves) => {
        const content = Buffer.alloc(leaves * leafBytes - seed.length, seed);
        return hashContent(content).id === naiveLayers(content).at(-1)?.[0]?.toString('hex');
      }),
      { numRuns: 50 },
    );
  });

  it('changes with any one bit', () => {
    const content = pattern(MiB + 5);
    const before = hashContent(content).id;
    content[MiB + 3] = (content[MiB + 3] ?? 0) ^ 1;
    expect(hashContent(content).id).not.toBe(before);
  });
});

describe('a piece layer', () => {
  it.each([MiB + 1, 2 * MiB, 3 * MiB + 77])('of %i bytes is the layer of the tree at the height of a piece', (size) => {
    const content = pattern(size);
    const height = Math.log2(pieceBytes(size) / leafBytes);
    const expected = naiveLayers(content)[height]?.slice(0, pieceCount(size)) ?? [];
    expect(hashContent(content).layer).toEqual(Buffer.concat(expected));
  });

  it('of a file of one piece is its root', () => {
    const { id, layer } = hashContent(pattern(100_000));
    expect(layer.toString('hex')).toBe(id);
  });

  it('fits its content, and neither another size nor another id', () => {
    const content = pattern(3 * MiB + 77);
    const { id, layer } = hashContent(content);
    const other = hashContent(pattern(10)).id;
    expect(layerFits(layer, content.length, id)).toBe(true);
    expect(layerFits(layer, content.length - MiB, id)).toBe(false);
    expect(layerFits(layer, content.length, other)).toBe(false);
    expect(layerFits(layer.subarray(32), content.length, id)).toBe(false);
  });

  it('is made of the hashes of the pieces, each computed alone', () => {
    const content = pattern(2 * MiB + 500);
    const { layer } = hashContent(content);
    const { offset, length } = pieceRange(content.length, 2);
    const last = pieceHash(content.subarray(offset, offset + length), content.length);
    expect(last).toEqual(layer.subarray(2 * hashBytes));
  });

  it('survives the computation of its root', () => {
    const { layer } = hashContent(pattern(3 * MiB));
    const before = Buffer.from(layer);
    contentIdOf(layer, 3 * MiB);
    expect(layer).toEqual(before);
  });
});

describe('the leaves', () => {
  const leavesOf = (content: Uint8Array): Buffer =>
    Buffer.concat(naiveLayers(content)[0]?.slice(0, leafCount(content.length)) ?? []);

  it.each([0, 1, leafBytes, leafBytes + 1, MiB, MiB + 1, 3 * MiB + 77])('of %i bytes fit their content', (size) => {
    const content = pattern(size);
    const { id } = hashContent(content);
    const leaves = leavesOf(content);
    const before = Buffer.from(leaves);
    expect(leavesFit(leaves, size, id)).toBe(true);
    expect(leaves).toEqual(before);
  });

  it('fit no other size, no other id, and not with one bit changed', () => {
    const content = pattern(3 * MiB + 77);
    const { id } = hashContent(content);
    const leaves = leavesOf(content);
    expect(leavesFit(leaves, content.length - leafBytes, id)).toBe(false);
    expect(leavesFit(leaves, content.length, hashContent(pattern(10)).id)).toBe(false);
    expect(leavesFit(leaves.subarray(hashBytes), content.length, id)).toBe(false);
    leaves[100] = (leaves[100] ?? 0) ^ 1;
    expect(leavesFit(leaves, content.length, id)).toBe(false);
    expect(leavesFit(new Uint8Array(), 0, id)).toBe(false);
  });
});

describe('pieces', () => {
  it.each([
    [0, MiB, 0],
    [1, MiB, 1],
    [MiB, MiB, 1],
    [MiB + 1, MiB, 2],
    [2000 * MiB, MiB, 2000],
    [2000 * MiB + 1, 2 * MiB, 1001],
    [32_000 * MiB, 16 * MiB, 2000],
    [1000 * GiB, 16 * MiB, 64_000],
  ])('of a file of %i bytes have %i bytes and are %i', (size, bytes, count) => {
    expect([pieceBytes(size), pieceCount(size)]).toEqual([bytes, count]);
  });

  it('cover a file of any size without gap or overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (size) => {
        const last = pieceRange(size, pieceCount(size) - 1);
        expect(last.offset + last.length).toBe(size);
        expect(last.length).toBeGreaterThan(0);
        expect(pieceRange(size, 0).offset).toBe(0);
      }),
    );
  });
});
