/**
 * Reads a QR code as a phone does once it has its modules, by ISO/IEC 18004: the format, the mask, the codewords in their
 * zigzag, their Reed-Solomon syndromes, the text. For codes of one block and bytes, which those of short addresses are.
 */

/** Codewords of a version, and error correction codewords by level where there is one block (table 9). */
const versions: Record<number, { all: number; corrections: Record<string, number> }> = {
  1: { all: 26, corrections: { L: 7, M: 10, Q: 13, H: 17 } },
  2: { all: 44, corrections: { L: 10, M: 16, Q: 22, H: 28 } },
  3: { all: 70, corrections: { L: 15, M: 26 } },
  4: { all: 100, corrections: { L: 20 } },
  5: { all: 134, corrections: { L: 26 } },
};

const masks: ((row: number, column: number) => boolean)[] = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
];

/** `modules` without the quiet zone, true for dark. */
export function readQr(modules: readonly (readonly boolean[])[]): string {
  const size = modules.length;
  const at = (row: number, column: number): boolean => modules[row]?.[column] ?? false;
  const version = (size - 17) / 4;
  const { level, mask } = formatOf(at);
  const { all, corrections } = versions[version] ?? {};
  const count = corrections?.[level];
  if (all === undefined || count === undefined) throw new Error(`version ${version}-${level} has several blocks`);
  const bits: boolean[] = [];
  let upward = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let step = 0; step < size; step++) {
      const row = upward ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (!isFunction(row, column, size)) bits.push(at(row, column) !== masks[mask]?.(row, column));
      }
    }
    upward = !upward;
  }
  const codewords = Array.from({ length: all }, (_, index) => number(bits.slice(8 * index, 8 * index + 8)));
  if (!isSound(codewords, count)) throw new Error('the codewords do not fit their correction');
  const data = codewords
    .slice(0, all - count)
    .flatMap((word) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => !!(word & (1 << bit))));
  if (number(data.slice(0, 4)) !== 4) throw new Error('it is not of bytes');
  const length = number(data.slice(4, 12));
  const bytes = Array.from({ length }, (_, index) => number(data.slice(12 + 8 * index, 20 + 8 * index)));
  return Buffer.from(bytes).toString();
}

const number = (bits: readonly boolean[]): number => bits.reduce((sum, bit) => 2 * sum + (bit ? 1 : 0), 0);

/** Of the copy around the upper left finder (section 7.9). */
function formatOf(at: (row: number, column: number) => boolean): { level: string; mask: number } {
  const places = [
    ...[0, 1, 2, 3, 4, 5, 7, 8].map((column) => [8, column] as const),
    ...[7, 5, 4, 3, 2, 1, 0].map((row) => [row, 8] as const),
  ];
  const format = number(places.map(([row, column]) => at(row, column))) ^ 0b101010000010010;
  let rest = format;
  for (let bit = 14; bit >= 10; bit--) if (rest & (1 << bit)) rest ^= 0b10100110111 << (bit - 10);
  if (rest !== 0) throw new Error('the format does not fit its correction');
  return { level: ['M', 'L', 'H', 'Q'][format >> 13] ?? '', mask: (format >> 10) & 7 };
}

/** Finders with their separators and the format, timing, and the alignment pattern of versions from 2 on. */
function isFunction(row: number, column: number, size: number): boolean {
  const near = 9;
  const far = size - 8;
  if (row < near && column < near) return true;
  if ((row < near && column >= far) || (row >= far && column < near)) return true;
  if (row === 6 || column === 6) return true;
  const centre = size - 7;
  return size > 21 && Math.abs(row - centre) <= 2 && Math.abs(column - centre) <= 2;
}

/** True where all syndromes are zero, over GF(256) by x^8 + x^4 + x^3 + x^2 + 1 (section 7.5.2). */
function isSound(codewords: readonly number[], corrections: number): boolean {
  const times = (one: number, other: number): number => {
    let product = 0;
    for (let bit = 7; bit >= 0; bit--) {
      product = (product << 1) ^ (product & 0x80 ? 0x11d : 0);
      if (other & (1 << bit)) product ^= one;
    }
    return product;
  };
  let point = 1;
  for (let which = 0; which < corrections; which++) {
    if (codewords.reduce((sum, word) => times(sum, point) ^ word, 0) !== 0) return false;
    point = times(point, 2);
  }
  return true;
}
