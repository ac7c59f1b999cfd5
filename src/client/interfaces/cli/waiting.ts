/** To be told that every owner is busy, and of our place in one's line. Tells each place once. */
export function openWaiting(
  tell: (owner: string, place: number, line: string) => void,
): (owner: string, place: number) => void {
  let told = '';
  return (owner, place) => {
    const line = `Waiting for a turn at ${owner}: place ${place} in the line.`;
    if (line === told) return;
    told = line;
    tell(owner, place, line);
  };
}
