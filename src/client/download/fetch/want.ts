import type { ContentId } from '../../../base/ids.ts';
import { type Layout, type PieceRun, runBytes } from '../../../base/layout.ts';
import { safeText } from '../../../base/safeText.ts';
import type { HttpAnswer } from '../../../net/transport/transport.ts';
import { choicePath, peerPath } from '../../../net/wire/peer.ts';
import { maxRuns } from '../../../net/wire/pieces.ts';
import { OwnerFault } from '../plan/faults.ts';
import type { Ask } from '../plan/swarm.ts';
import { expectAnswer, expectStatus } from './answers.ts';
import type { Source } from './source.ts';

/** Content as a stream of pieces. */
export interface Stream {
  id: ContentId;
  layout: Layout;
}

/** Pieces in a row that an owner is about to send. */
export interface Coming {
  run: PieceRun;
  answer: HttpAnswer;
}

/** Asks for exactly those pieces, or lets the owner choose: whether it may choose so is not judged. @throws OwnerFault */
export async function askFor(source: Source, { id, layout }: Stream, want: Ask['want']): Promise<Coming> {
  if (want.run !== undefined) {
    const { start, end } = runBytes(layout, want.run);
    const answer = await source.get(peerPath(id, 'bytes'), { range: `bytes=${start}-${end - 1}` });
    await expectBytes(source, answer, { id, layout }, want.run);
    return { run: want.run, answer };
  }
  const answer = await source.get(choicePath(id, want.of.slice(0, maxRuns), want.most));
  await expectStatus(source, answer, 206);
  const said = answer.headers.get('content-range') ?? 'no range';
  const run = runIn(said, layout);
  if (run === undefined) throw new OwnerFault('bad', `it answered with "${safeText(said).slice(0, 100)}"`);
  await expectBytes(source, answer, { id, layout }, run);
  return { run, answer };
}

async function expectBytes(source: Source, answer: HttpAnswer, { id, layout }: Stream, run: PieceRun): Promise<void> {
  const { start, end } = runBytes(layout, run);
  const range = `bytes ${start}-${end - 1}/${layout.size}`;
  await expectAnswer(source, answer, { id, status: 206, length: end - start, range });
}

/** The pieces that a Content-Range names; nothing where it is none, or does not keep to the borders of pieces. */
export function runIn(contentRange: string, layout: Layout): PieceRun | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(contentRange);
  if (match === null) return undefined;
  const [start, end, size] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (size !== layout.size || start > end || end >= size) return undefined;
  const first = layout.at(start);
  const run = { first, count: layout.at(end) - first + 1 };
  const bytes = runBytes(layout, run);
  return bytes.start === start && bytes.end === end + 1 ? run : undefined;
}
