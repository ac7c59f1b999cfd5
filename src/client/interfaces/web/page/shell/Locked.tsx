import type { VNode } from 'preact';
import { PlugIcon } from '../../../../../web/page/icons.tsx';

/** What stands here without the token of the rollcall that runs. */
export function Locked(): VNode {
  return (
    <main class="locked">
      <div class="empty panel">
        <PlugIcon />
        <h1>Open this page anew</h1>
        <p>
          The address that led here is used up, or rollcall was started again since. Each start has a key of its own, so
          that no other page can use your rollcall.
        </p>
        <p>
          Press Enter in the terminal where rollcall runs, and open the address that it prints. Where it does not run
          any more, start it with <code>rollcall gui</code>.
        </p>
      </div>
    </main>
  );
}
