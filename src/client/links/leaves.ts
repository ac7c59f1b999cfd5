import { RollcallError } from '../../base/errors.ts';
import { hashBytes, leafCount, leavesFit } from '../../base/merkle.ts';
import type { Choice, Owner } from '../../base/roll.ts';
import { safeText } from '../../base/safeText.ts';
import { sizeText } from '../../base/sizeText.ts';
import { decodeProblem, peerPath } from '../../net/wire/peer.ts';
import { deadline } from '../session/deadline.ts';
import { dial, failed, type LinkPorts, readBody } from './askOwner.ts';
import { leavesMs, maxLeafedBytes, maxRefusalBytes } from './limits.ts';

/**
 * SHA-256 of each 16 KiB of a file, checked against its id: from the first owner who gives them.
 * @throws RollcallError `limit` for a file that has too many; what the last owner failed with
 */
export async function fetchLeaves(choice: Choice, ports: LinkPorts): Promise<Uint8Array> {
  if (choice.size > maxLeafedBytes) {
    const most = sizeText(maxLeafedBytes);
    throw new RollcallError('limit', `the hashes of a file of more than ${most} are too many: use a link alone`);
  }
  if (choice.size === 0) return new Uint8Array();
  let failure: unknown = new RollcallError('not-found', 'nobody has it at the moment');
  for (const owner of choice.owners) {
    try {
      return await leavesFrom(choice, owner, ports);
    } catch (error) {
      ports.signal.throwIfAborted();
      if (!(error instanceof RollcallError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function leavesFrom({ id, size }: Choice, owner: Owner, ports: LinkPorts): Promise<Uint8Array> {
  await using connection = await dial(owner, ports);
  using limit = deadline(
    ports.clock,
    leavesMs,
    () => failed(owner, `took more than ${leavesMs / 1000} s`),
    ports.signal,
  );
  const headers = new Map([['authorization', `Bearer ${owner.ticket}`]]);
  const answer = await connection.request({ method: 'GET', path: peerPath(id, 'leaves'), headers }, limit.signal);
  const ok = answer.status === 200;
  const length = Number(answer.headers.get('content-length') ?? Number.NaN);
  const wanted = leafCount(size) * hashBytes;
  if (ok && length !== wanted) throw failed(owner, 'does not answer with as many hashes as the file has');
  const body = await readBody(answer, ok ? wanted : maxRefusalBytes);
  if (!ok) throw failed(owner, `answers ${answer.status} ${safeText(decodeProblem(body)?.detail ?? '')}`.trim());
  if (leavesFit(body, size, id)) return body;
  throw new RollcallError('bad-content', `the hashes that ${owner.user} gives are not those of ${id}`);
}
