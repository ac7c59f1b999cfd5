import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { CloseIcon } from './icons.tsx';

export interface DialogProps {
  title: ComponentChildren;
  /** At the side, as tall as the window. */
  drawer?: boolean;
  /** Escape, the cross and a click beside it. */
  onClose(): void;
  children: ComponentChildren;
}

/** Over the page until closed; what had the focus before has it again then. */
export function Dialog({ title, drawer = false, onClose, children }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element !== null && !element.open) element.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog ref={dialog} class={drawer ? 'drawer' : ''} aria-labelledby={heading} closedby="any" onClose={onClose}>
      <div class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" class="quiet square" aria-label="Close" onClick={() => dialog.current?.close()}>
          <CloseIcon />
        </button>
      </div>
      <div class="dialog-body stack">{children}</div>
    </dialog>
  );
}
