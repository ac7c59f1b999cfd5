import type { VNode } from 'preact';
import { WarnIcon } from '../../../../../web/page/icons.tsx';

/** Why what was asked for was refused as a whole; said aloud when it comes. */
export const Refusal = ({ why }: { why: string | undefined }): VNode => (
  <div role="alert">
    {why !== undefined && (
      <div class="notice bad">
        <WarnIcon />
        <p dir="auto">{why}</p>
      </div>
    )}
  </div>
);
