import { useEffect, useRef, useState } from 'preact/hooks';
import type { UserBody } from '../../api/bodies.ts';
import { problemText } from '../calls/problem.ts';
import { useApp, useStore } from '../state/useApp.ts';

export interface KnownUsers {
  users: readonly UserBody[] | undefined;
  failed: string | undefined;
  /** Asks for them anew. */
  ask(): void;
}

/**
 * All users; where they are followed, asked for anew whenever the roll changes. One question at a time, the old ones
 * shown meanwhile: with thousands of users each costs something.
 */
export function useUsers(followed: boolean): KnownUsers {
  const { calls } = useApp();
  const version = useStore((state) => state.version);
  const stream = useStore((state) => state.stream);
  const [users, setUsers] = useState<readonly UserBody[]>();
  const [failed, setFailed] = useState<string>();
  const asking = useRef(false);
  const again = useRef(false);

  const ask = async (): Promise<void> => {
    if (asking.current) {
      again.current = true;
      return;
    }
    asking.current = true;
    do {
      again.current = false;
      try {
        setUsers((await calls.users()).users);
        setFailed(undefined);
      } catch (error) {
        setFailed(problemText(error));
      }
    } while (again.current);
    asking.current = false;
  };
  useEffect(() => {
    if (stream === 'open') void ask();
  }, [followed ? version : 0, stream]);
  return { users, failed, ask: () => void ask() };
}
