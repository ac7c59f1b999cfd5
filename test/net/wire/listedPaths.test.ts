import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { ListedPaths } from '../../../src/net/wire/listedPaths.ts';

/** Every folder above these, once. */
function foldersOf(paths: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      folders.add(path.slice(0, slash));
    }
  }
  return folders;
}

function fits(paths: readonly string[], mostFolders: number): boolean {
  const listed = new ListedPaths(mostFolders);
  try {
    for (const path of paths) listed.add(path);
    return true;
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'bad-content') return false;
    throw error;
  }
}

test('paths may imply just as many folders as are allowed, counted once each', () => {
  const folder = fc.array(fc.constantFrom('a', 'b', 'é'), { maxLength: 8 });
  const folders = fc.array(folder, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(folders, fc.nat(3), (ways, fewer) => {
      const paths = ways.map((way, at) => [...way, `file ${at}`].join('/'));
      const { size } = foldersOf(paths);
      expect(fits(paths, size)).toBe(true);
      if (size > fewer) expect(fits(paths, size - 1 - fewer)).toBe(false);
    }),
  );
});
