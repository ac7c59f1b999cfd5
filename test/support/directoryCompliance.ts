import { describe } from 'vitest';
import { agreement } from './directory/agreement.ts';
import { cursors } from './directory/cursors.ts';
import { finding } from './directory/finding.ts';
import { locating } from './directory/locating.ts';
import { presence } from './directory/presence.ts';
import type { MakeDirectory } from './directory/scene.ts';
import { stock } from './directory/stock.ts';

/** What every directory does, sentence by sentence of its port; to be called at the top of a test file. */
export function directoryCompliance(kind: string, make: MakeDirectory): void {
  describe(`${kind}: who is here`, () => presence(make));
  describe(`${kind}: what they share`, () => stock(make));
  describe(`${kind}: find`, () => finding(make));
  describe(`${kind}: locate`, () => locating(make));
  describe(`${kind}: pages and cursors`, () => cursors(make));
  describe(`${kind}: the naive model`, () => agreement(make));
}
