import { expect, it } from 'vitest';
import { sizeText } from '../../src/base/sizeText.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [122_683_392, '123 MB'],
  [81_604_378_624, '81.6 GB'],
])('%d bytes are %s to a person', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
