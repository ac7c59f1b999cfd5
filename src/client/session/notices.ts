import type { Notice, Notices } from '../../net/wire/control.ts';
import { notices } from '../../net/wire/controlSchemas.ts';

/** What the tracker told without being asked. */
export type ReceivedNotice = { [N in Notice]: { notice: N; params: Notices[N] } }[Notice];

/** Nothing where it is none that we know, as from a newer tracker: whoever needs the truth lists anew. */
export function readNotice(method: string, params: unknown): ReceivedNotice | undefined {
  switch (method) {
    case 'changes':
      return read('changes', params, (checked) => ({ notice: 'changes', params: checked }));
    case 'owners':
      return read('owners', params, (checked) => ({ notice: 'owners', params: checked }));
    case 'reach':
      return read('reach', params, (checked) => ({ notice: 'reach', params: checked }));
    case 'ended':
      return read('ended', params, (checked) => ({ notice: 'ended', params: checked }));
    default:
      return undefined;
  }
}

function read<N extends Notice>(
  notice: N,
  params: unknown,
  make: (checked: Notices[N]) => ReceivedNotice,
): ReceivedNotice | undefined {
  const checked = notices[notice].safeParse(params);
  return checked.success ? make(checked.data) : undefined;
}
