import type { VNode } from 'preact';
import { TextField } from '../../../../../web/page/fields.tsx';
import { useUsers } from '../roll/useUsers.ts';
import type { TypedTerms } from './terms.ts';

export interface TermsProps {
  terms: TypedTerms;
  change(terms: TypedTerms): void;
  wrong: Readonly<Record<string, string>>;
}

/** How it is described, and for whom it is. */
export function Terms({ terms, change, wrong }: TermsProps): VNode {
  const { users = [] } = useUsers(false);
  const names = [...new Set(users.filter(({ self }) => !self).map(({ user }) => user))];
  const toggle = (user: string): void => {
    const to = terms.to.includes(user) ? terms.to.filter((one) => one !== user) : [...terms.to, user];
    change({ ...terms, to });
  };
  const offered = [...new Set([...names, ...terms.to])];
  return (
    <>
      <TextField
        label="Description"
        hint="Optional; others see it on their list, and find it by it"
        wrong={wrong['description']}
        value={terms.description}
        onValue={(description) => change({ ...terms, description })}
        input={{ maxLength: 1000 }}
      />
      <fieldset class="field">
        <legend>For whom</legend>
        <label class="check">
          <input type="radio" name="for" checked={!terms.named} onChange={() => change({ ...terms, named: false })} />
          Everybody at the tracker
        </label>
        <label class="check">
          <input type="radio" name="for" checked={terms.named} onChange={() => change({ ...terms, named: true })} />
          <span>Only these users</span>
        </label>
        {terms.named && (
          <div class="stack tight inset">
            <div class="row chips">
              {offered.map((user) => (
                <button
                  key={user}
                  type="button"
                  class="chip"
                  aria-pressed={terms.to.includes(user)}
                  onClick={() => toggle(user)}
                >
                  <bdi>{user}</bdi>
                </button>
              ))}
            </div>
            <TextField
              label="Others"
              hint="Names of users who are not here now, with commas between them"
              wrong={wrong['to']}
              value={terms.others}
              onValue={(others) => change({ ...terms, others })}
            />
          </div>
        )}
      </fieldset>
    </>
  );
}
