import { basename, dirname, join } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import type { ContentId } from '../../../base/ids.ts';
import type { PartialContent } from '../../../base/partialContent.ts';
import { decodeListing } from '../../../net/wire/listing.ts';
import type { SharedFile } from '../content/content.ts';
import { type FileIdentity, identityOf } from '../disk/fileIdentity.ts';
import { type FolderAtHand, folderAtHand } from '../disk/folderAtHand.ts';
import { realPath } from '../given.ts';
import { rowsAtOnce } from '../limits.ts';
import { inSlices } from '../slices.ts';

/**
 * The files of a content that was verified just now and is published at `path`, in the order of its stream, each in the
 * state in which it is there.
 * @throws RollcallError `changed` where one of them is another already; the system's error where one is not there
 */
export async function publishedFiles(content: PartialContent, path: string): Promise<SharedFile[]> {
  const real = join(await realPath(dirname(path)), basename(path));
  const paths =
    content.listing === undefined ? [real] : decodeListing(content.listing).files.map((file) => join(real, file.path));
  if (paths.length !== content.files.length) throw new RollcallError('fault', 'a listing and its files do not agree');
  const files: SharedFile[] = [];
  await inSlices(paths.length, rowsAtOnce, (from, to) => {
    using folder = folderAtHand();
    for (let place = from; place < to; place++) files.push(publishedFile(folder, paths[place], content.files[place]));
  });
  return files;
}

function publishedFile(
  folder: FolderAtHand,
  path: string | undefined,
  file: { id: ContentId; size: number; layer: Uint8Array } | undefined,
): SharedFile {
  if (path === undefined || file === undefined) throw new RollcallError('fault', 'there is no such file');
  const stats = folder.stat(path);
  const identity: FileIdentity = identityOf(stats);
  if (!stats.isFile() || identity.size !== file.size) {
    throw new RollcallError('changed', `"${path}" is not what was just saved there`);
  }
  return { path, identity, ...file };
}
