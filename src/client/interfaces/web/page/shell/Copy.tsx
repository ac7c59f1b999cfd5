import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CheckIcon, CopyIcon } from '../../../../../web/page/icons.tsx';
import { useApp } from '../state/useApp.ts';

/** How long it says that it has copied, milliseconds. */
const saidMs = 2000;

/** Puts a text into the clipboard. */
export function Copy({ text, what, label }: { text: string; what: string; label?: string }): VNode {
  const { say } = useApp();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), saidMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      say('bad', `This browser does not let the page copy: select the ${what} and copy it by hand.`);
    }
  };
  return (
    <button type="button" class={label === undefined ? 'quiet square' : ''} title={`Copy the ${what}`} onClick={copy}>
      {copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
      {label === undefined ? (
        <span class="unseen">{copied ? 'Copied' : `Copy the ${what}`}</span>
      ) : (
        <span>{copied ? 'Copied' : label}</span>
      )}
    </button>
  );
}
