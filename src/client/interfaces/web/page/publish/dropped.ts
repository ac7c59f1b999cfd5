/** One file among those that were dropped together, and where it is among them: `photos/1.jpg`. */
export interface DroppedFile {
  path: string;
  file: File;
}

/** Files that are taken in one drop: beyond, sharing the folder from where it is serves better. */
const maxDropped = 20_000;

/** As much of a browser's file system entry as is used here. */
export interface Entry {
  isFile: boolean;
  isDirectory: boolean;
  name: string;
  file?(found: (file: File) => void, failed: (error: unknown) => void): void;
  createReader?(): { readEntries(found: (entries: Entry[]) => void, failed: (error: unknown) => void): void };
}

/** All files below these entries. @throws what the browser throws, and Error where there are too many */
export async function walkEntries(entries: readonly Entry[], most: number = maxDropped): Promise<DroppedFile[]> {
  const files: DroppedFile[] = [];
  const walk = async (entry: Entry, above: string): Promise<void> => {
    const path = `${above}${entry.name}`;
    if (entry.isFile) files.push({ path, file: await fileOf(entry) });
    if (files.length > most) {
      throw new Error(`That is more than ${most} files: choose the folder instead, and it is shared from where it is.`);
    }
    if (entry.isDirectory) for (const inner of await listOf(entry)) await walk(inner, `${path}/`);
  };
  for (const entry of entries) await walk(entry, '');
  return files;
}

const fileOf = (entry: Entry): Promise<File> =>
  new Promise((found, failed) => entry.file?.(found, failed) ?? undefined);

/** A browser tells some entries at a time, and none at the end. */
async function listOf(entry: Entry): Promise<Entry[]> {
  const reader = entry.createReader?.();
  const all: Entry[] = [];
  while (reader !== undefined) {
    const some = await new Promise<Entry[]>((found, failed) => reader.readEntries(found, failed));
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}
