import { RollcallError } from '../../../base/errors.ts';
import type { ContentId } from '../../../base/ids.ts';
import { hashBytes, hashContent, layerFits, pieceCount } from '../../../base/merkle.ts';
import { sizeText } from '../../../base/sizeText.ts';
import { decodeListing, type FolderListing } from '../../../net/wire/listing.ts';
import { peerPath } from '../../../net/wire/peer.ts';
import { listBytesPerSecond, maxListingBytes, slowWindowMs } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import { announcedLength, expectAnswer } from './answers.ts';
import type { Source } from './source.ts';

/** One content, as its owners state it. */
export interface Content {
  id: ContentId;
  /** Bytes. */
  size: number;
}

/** The piece layer that the owner has, once it fits the content id. @throws OwnerFault */
export async function fetchLayer(source: Source, { id, size }: Content): Promise<Uint8Array> {
  // The one piece of a small file has the root itself for its node.
  if (pieceCount(size) === 1) return Buffer.from(id, 'hex');
  const answer = await source.get(peerPath(id, 'pieces'));
  const length = pieceCount(size) * hashBytes;
  await expectAnswer(source, answer, { id, status: 200, length });
  const layer = await readWhole(source, answer, length);
  if (!layerFits(layer, size, id)) throw new OwnerFault('bad', 'its piece list does not fit the content id');
  return layer;
}

/**
 * What is in a folder, and the bytes that say so, once they fit the folder's id.
 * @throws OwnerFault; RollcallError `bad-content` for a hostile one
 */
export async function fetchListing(
  source: Source,
  id: ContentId,
): Promise<{ listing: FolderListing; bytes: Uint8Array }> {
  const answer = await source.get(peerPath(id, 'content'));
  const length = await announcedLength(source, answer, 200);
  if (length > maxListingBytes) {
    throw new OwnerFault(
      'bad',
      `its list of the folder has ${sizeText(length)}, and the limit is ${sizeText(maxListingBytes)}`,
    );
  }
  await expectAnswer(source, answer, { id, status: 200, length });
  const bytes = await readWhole(source, answer, length);
  if (hashContent(bytes).id !== id) throw new OwnerFault('bad', 'its list of the folder does not fit the content id');
  return { listing: decodeListing(bytes), bytes };
}

async function readWhole(source: Source, answer: Parameters<Source['read']>[0], length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  const take = (chunk: Uint8Array): void => {
    if (at + chunk.length > length) throw new OwnerFault('failed', 'it sent more than it announced');
    bytes.set(chunk, at);
    at += chunk.length;
  };
  await source.read(answer, take, { withinMs: slowWindowMs + (length / listBytesPerSecond) * 1000 });
  if (at !== length) throw new OwnerFault('cut', 'it stopped in the middle of an answer');
  return bytes;
}

/** @throws RollcallError `limit` for a file beyond what can be fetched, `bad-content` where size and id do not fit */
export function checkStated({ id, size }: Content, maxBytes: number, name: string): void {
  if (size > maxBytes) {
    throw new RollcallError(
      'limit',
      `'${name}' has ${sizeText(size)}, and the largest file that can be fetched has ${sizeText(maxBytes)}: ask its owner to split it`,
    );
  }
  if (size === 0 && hashContent(new Uint8Array()).id !== id) {
    throw new RollcallError('bad-content', `'${name}' is announced as empty, with the content id of something else`);
  }
}
