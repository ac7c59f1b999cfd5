import type { DroppedFile } from './dropped.ts';

/** Who shows what was dropped; there is one page, and so one place for it. */
let shown: (files: DroppedFile[]) => void = () => undefined;

/** From now on drops are told to this one. Returns how to end that. */
export function showDrops(show: (files: DroppedFile[]) => void): () => void {
  shown = show;
  return () => {
    shown = () => undefined;
  };
}

export function offerDrop(files: DroppedFile[]): void {
  if (files.length > 0) shown(files);
}
