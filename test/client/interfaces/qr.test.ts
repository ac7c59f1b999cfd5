import { describe, expect, it } from 'vitest';
import { invertedQr, qrLines, qrModules } from '../../../src/client/interfaces/qr.ts';
import { readQr } from './readQr.ts';

const quiet = 4;
const inner = (modules: boolean[][]): boolean[][] =>
  modules.slice(quiet, -quiet).map((row) => row.slice(quiet, -quiet));

/** From what stands on a terminal, drawn in what is light. */
const seen = (lines: readonly string[]): boolean[][] =>
  lines.flatMap((line) => [
    Array.from(line, (cell) => cell === ' ' || cell === '▄'),
    Array.from(line, (cell) => cell === ' ' || cell === '▀'),
  ]);

const addresses = [
  'http://10.0.0.1:5000/l/AbCdEfGh12345678',
  'https://192.168.100.200:55211/l/-g1GaD10TsHZYGlM',
  'https://[2001:db8:85a3:8d3:1319:8a2e:370:7348]:55211/l/pWmV3bZ0Qk-x4_Ry',
];

describe('a QR code', () => {
  it.each(addresses)('of %s is read back by its modules', (address) => {
    expect(readQr(inner(qrModules(address)))).toBe(address);
  });

  it.each(addresses)('of %s is read back from the lines on a terminal, and fits there', (address) => {
    const lines = qrLines(address);
    const modules = seen(lines).slice(0, lines[0]?.length);
    expect(readQr(inner(modules))).toBe(address);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(45);
    expect(lines.length).toBeLessThanOrEqual(23);
  });

  it('has four light modules around it', () => {
    const modules = qrModules(addresses[0] ?? '');
    for (const [row, cells] of modules.entries()) {
      for (const [column, dark] of cells.entries()) {
        const edge = Math.min(row, column, modules.length - 1 - row, cells.length - 1 - column);
        if (edge < quiet) expect(dark).toBe(false);
      }
    }
  });

  it('is the same in dark ink once it is inverted', () => {
    for (const line of qrLines(addresses[0] ?? '')) {
      expect(invertedQr(line)).not.toBe(line);
      expect(invertedQr(invertedQr(line))).toBe(line);
    }
  });

  it('is not read where a module is turned', () => {
    const modules = inner(qrModules(addresses[0] ?? ''));
    const spoilt = modules.map((row, index) =>
      index === 12 ? row.map((dark, at) => (at === 20 ? !dark : dark)) : row,
    );
    expect(() => readQr(spoilt)).toThrow(/do not fit/);
  });
});
