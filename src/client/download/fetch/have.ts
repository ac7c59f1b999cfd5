import type { PieceRun } from '../../../base/layout.ts';
import { LineSplitter } from '../../../net/wire/lines.ts';
import { peerPath } from '../../../net/wire/peer.ts';
import { maxHaveLineBytes, parseHave } from '../../../net/wire/pieces.ts';
import { haveSlack } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import { expectStatus } from './answers.ts';
import type { Source } from './source.ts';
import type { Stream } from './want.ts';

/**
 * Tells which pieces an owner has, and which come to it, on an open answer that takes a connection of its own; now and
 * then none, which shows that it lives. Resolves once it has them all. @throws OwnerFault
 */
export async function readHave(
  source: Source,
  { id, layout }: Stream,
  tell: (runs: readonly PieceRun[]) => void,
): Promise<void> {
  const answer = await source.get(peerPath(id, 'have'));
  await expectStatus(source, answer, 200);
  const lines = new LineSplitter(maxHaveLineBytes);
  const openedAt = source.clock.now();
  let said = 0;
  const take = (chunk: Uint8Array): void => {
    for (const line of split(lines, chunk)) {
      const runs = parseHave(line, layout.count);
      if (runs === undefined) throw nonsense();
      said += Math.max(1, sizeOf(runs));
      const seconds = (source.clock.now() - openedAt) / 1000;
      if (said > layout.count + haveSlack + seconds) throw new OwnerFault('bad', 'it says again and again what it has');
      tell(runs);
    }
  };
  await source.read(answer, take, { drips: true });
}

const sizeOf = (runs: readonly PieceRun[]): number => runs.reduce((sum, { count }) => sum + count, 0);

function split(lines: LineSplitter, chunk: Uint8Array): string[] {
  try {
    return lines.push(chunk);
  } catch (error) {
    throw nonsense(error);
  }
}

const nonsense = (cause?: unknown): OwnerFault =>
  new OwnerFault('bad', 'what it says of its pieces makes no sense', { cause });
