import { isUser } from './saved.ts';

/**
 * To be told that every owner is busy, and of our place in one's line. Tells each place once; `owner` is missing where it
 * is somebody without a name.
 */
export function openWaiting(
  tell: (owner: string | undefined, place: number, line: string) => void,
): (owner: string, place: number) => void {
  let told = '';
  return (owner, place) => {
    const user = isUser(owner) ? owner : undefined;
    const line = `Waiting for a turn at ${user ?? 'another downloader'}: place ${place} in the line.`;
    if (line === told) return;
    told = line;
    tell(user, place, line);
  };
}
