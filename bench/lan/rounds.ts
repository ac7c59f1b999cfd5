import type { BenchRow } from '../rows.ts';

/** The most of them. */
export const worst = (values: readonly number[]): number => Math.max(...values);

/** A figure that this machine cannot measure, with the reason. */
export const unmeasured = (figure: string, unit: string, note: string): BenchRow => ({
  figure,
  value: Number.NaN,
  unit,
  note,
});

/** A share as a person reads it. */
export const percent = (share: number): string => `${Math.round(share * 100)}%`;
