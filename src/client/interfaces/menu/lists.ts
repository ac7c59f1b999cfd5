import { untilAborted } from '../cli/abort.ts';
import type { Room } from './room.ts';
import { resourceText } from './texts.ts';

/** Option 2. Returns how many there are. */
export async function listResources({ prompt, participant, signal }: Room): Promise<number> {
  let count = 0;
  for await (const row of until(signal, participant.find({}))) {
    if (count === 0) prompt.print('Resources:');
    prompt.print(resourceText(row));
    count += 1;
  }
  if (count === 0) prompt.print('No resources available.');
  return count;
}

/** Option 3. A user with several sessions is one user. */
export async function listUsers({ prompt, participant, signal }: Room): Promise<void> {
  const users = new Set<string>();
  for await (const { user } of until(signal, participant.users())) users.add(user);
  prompt.print(users.size === 0 ? 'No active users.' : 'Active users:');
  for (const user of users) prompt.print(user);
}

/** The same rows, without waiting for a tracker that is away once somebody says stop. */
async function* until<T>(signal: AbortSignal, rows: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = rows[Symbol.asyncIterator]();
  for (;;) {
    const next = await untilAborted(signal, iterator.next());
    if (next.done) return;
    yield next.value;
  }
}
