import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { CheckIcon, CloseIcon, WarnIcon } from '../../../../../web/page/icons.tsx';
import type { Notice } from '../state/state.ts';
import { useApp, useStore } from '../state/useApp.ts';

/** How long a notice stays, milliseconds; one that tells of a failure is to be read to its end. */
const staysMs = { good: 6000, plain: 6000, bad: 20_000 } as const;

export function Notices(): VNode {
  const notices = useStore((state) => state.notices);
  return (
    <div class="notices" aria-live="polite" aria-relevant="additions">
      {notices.map((notice) => (
        <OneNotice key={notice.number} notice={notice} />
      ))}
    </div>
  );
}

function OneNotice({ notice: { number, tone, text, to } }: { notice: Notice }): VNode {
  const { store } = useApp();
  const close = (): void => store.tell({ event: 'noticed', body: { number } });
  useEffect(() => {
    const timer = setTimeout(close, staysMs[tone]);
    return () => clearTimeout(timer);
  }, [number]);
  return (
    <div class={`toast ${tone}`}>
      {tone === 'bad' ? <WarnIcon /> : <CheckIcon />}
      <span class="grow" dir="auto">
        {text}
      </span>
      {to !== undefined && (
        <a href={to.hash} onClick={close}>
          {to.text}
        </a>
      )}
      <button type="button" class="quiet square" aria-label="Dismiss" onClick={close}>
        <CloseIcon size={16} />
      </button>
    </div>
  );
}
