import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import { choose, isUnverified } from '../choosing/choose.ts';
import type { Participant } from '../contract.ts';
import type { PhoneLink, WantedLink } from './daemon.ts';

/** As the daemon's `link`. */
export async function phoneLink(
  participant: Pick<Participant, 'located' | 'phoneLink'>,
  { name, id, from, seconds, uses, plain }: WantedLink,
): Promise<PhoneLink> {
  const wanted = name !== undefined ? { name } : id !== undefined ? { id } : undefined;
  if (wanted === undefined) throw new RollcallError('usage', 'say what to link to: a name, or a content id');
  const found = await participant.located(wanted, { seconds, uses, plain });
  const chosen = await choose(found, { what: name ?? id ?? '', from, id });
  if (isUnverified(chosen)) {
    throw new RollcallError(
      'usage',
      `'${safeText(chosen.first.name)}' is a file of an older program, which serves no browser: download it instead`,
    );
  }
  const { choice, first } = chosen;
  const link = await participant.phoneLink(choice, first);
  return {
    url: link.url,
    owner: link.owner,
    name: first.name,
    size: choice.size,
    expires: link.expires,
    uses: link.uses,
  };
}
