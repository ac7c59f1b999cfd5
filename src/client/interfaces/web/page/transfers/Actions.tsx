import type { VNode } from 'preact';
import {
  BinIcon,
  CloseIcon,
  FolderIcon,
  type Icon,
  PauseIcon,
  PlayIcon,
  RetryIcon,
} from '../../../../../web/page/icons.tsx';
import type { DownloadBody } from '../../api/bodies.ts';
import { useApp, useDeed } from '../state/useApp.ts';
import { type Action, actionsOf } from './actionsOf.ts';

const shown: Readonly<Record<Action, { text: string; icon: Icon }>> = {
  pause: { text: 'Pause', icon: PauseIcon },
  resume: { text: 'Resume', icon: PlayIcon },
  retry: { text: 'Try again', icon: RetryIcon },
  cancel: { text: 'Cancel, and remove what has come', icon: CloseIcon },
  open: { text: 'Open the folder', icon: FolderIcon },
  forget: { text: 'Take it off the list', icon: BinIcon },
};

/** What can be done with a download as it is now. */
export function Actions({ download: { id, name, state } }: { download: DownloadBody }): VNode {
  const { calls } = useApp();
  const { busy, run } = useDeed();
  const act = (action: Action): Promise<unknown> => {
    if (action === 'forget') return calls.forget(id);
    return calls.steer(id, action === 'retry' ? 'resume' : action);
  };
  return (
    <span class="actions">
      {actionsOf(state).map((action) => {
        const { text, icon: Icon } = shown[action];
        return (
          <button
            key={action}
            type="button"
            class="quiet square"
            title={text}
            aria-label={`${text}: ${name}`}
            disabled={busy}
            onClick={() => run(() => act(action))}
          >
            <Icon />
          </button>
        );
      })}
    </span>
  );
}
