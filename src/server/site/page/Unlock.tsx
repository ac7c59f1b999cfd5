import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { TextField } from '../../../web/page/fields.tsx';

export interface UnlockProps {
  /** The token that was given is not the one. */
  wrong: boolean;
  unlock(token: string): void;
}

/** Asks for the tracker's token. */
export function Unlock({ wrong, unlock }: UnlockProps): VNode {
  const [token, setToken] = useState('');
  return (
    <main class="unlock">
      <form
        class="panel stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') unlock(token.trim());
        }}
      >
        <h1>rollcall tracker</h1>
        <p>This page is for whoever runs the tracker: it wants the token that stands in the tracker's data folder.</p>
        <TextField
          label="Token"
          hint="The file is called page-token; the tracker says where it is when it starts."
          wrong={wrong ? 'That is not the token of this tracker.' : undefined}
          value={token}
          onValue={setToken}
          input={{ required: true, maxLength: 300 }}
        />
        <button type="submit" class="primary">
          Show the tracker
        </button>
      </form>
    </main>
  );
}
