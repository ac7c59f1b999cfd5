import { hash } from 'node:crypto';
import { RollcallError } from '../../base/errors.ts';
import { hashBytes, leafBytes, pieceHash } from '../../base/merkle.ts';
import { safeText } from '../../base/safeText.ts';
import type { SmallFiles } from '../../base/smallFiles.ts';
import type { FileCalls } from './fileCalls.ts';

/** Makes those of the files whose content, one after another in `bytes`, is the right one; says which. */
export function writeFilesNow(calls: FileCalls, files: SmallFiles, bytes: Uint8Array): boolean[] {
  let at = 0;
  return files.paths.map((path, number) => {
    const content = bytes.subarray(at, at + (files.sizes[number] ?? 0));
    at += content.length;
    if (!fits(files, number, content)) return false;
    write(calls, `${files.root}/${path}`, content);
    return true;
  });
}

/** As `writeFilesNow`, with what is under the same paths in another folder, or in the same one; says which were right. */
export function copyFilesNow(calls: FileCalls, files: SmallFiles, from: string): boolean[] {
  return files.paths.map((path, number) => {
    const content = read(calls, `${from}/${path}`, files.sizes[number] ?? 0);
    if (content === undefined || !fits(files, number, content)) return false;
    write(calls, `${files.root}/${path}`, content);
    return true;
  });
}

/** Makes what was written to the files last. */
export function syncFilesNow(calls: FileCalls, root: string, paths: readonly string[]): void {
  for (const path of paths) {
    // Windows syncs only what may be written to.
    const file = calls.open(`${root}/${path}`, 'update');
    try {
      calls.datasync(file);
    } finally {
      calls.close(file);
    }
  }
}

function fits({ ids }: SmallFiles, number: number, content: Uint8Array): boolean {
  const id = ids.subarray(number * hashBytes, (number + 1) * hashBytes);
  const root = content.length <= leafBytes ? hash('sha256', content, 'buffer') : pieceHash(content, content.length);
  return root.equals(id);
}

/** What is there may be of the same content, and be read: then the bytes that are written are those that it has. */
function write(calls: FileCalls, path: string, content: Uint8Array): void {
  const file = openToWrite(calls, path, content.length);
  try {
    for (let done = 0; done < content.length; ) {
      done += calls.write(file, content, done, content.length - done, done);
    }
  } finally {
    calls.close(file);
  }
}

function openToWrite(calls: FileCalls, path: string, bytes: number): number {
  try {
    return calls.open(path, 'make');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const file = calls.open(path, 'update');
  const size = calls.size(file);
  if (size !== undefined && size <= bytes) return file;
  try {
    if (size === undefined) throw notAFile(path);
    calls.truncate(file, bytes);
    return file;
  } catch (error) {
    calls.close(file);
    throw error;
  }
}

const notAFile = (path: string): RollcallError =>
  new RollcallError('fault', `something else is in the place of the file '${safeText(path)}': remove it`);

/** A regular file of just that size; nothing where there is none, or it cannot be read. */
function read(calls: FileCalls, path: string, size: number): Uint8Array | undefined {
  let file: number | undefined;
  try {
    file = calls.open(path, 'read');
    if (calls.size(file) !== size) return undefined;
    const content = new Uint8Array(size);
    for (let done = 0; done < size; ) {
      const count = calls.read(file, content, done, size - done, done);
      if (count === 0) return undefined;
      done += count;
    }
    return content;
  } catch (error) {
    // It is fetched then. What is no error of the system's is ours.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  } finally {
    if (file !== undefined) calls.close(file);
  }
}
