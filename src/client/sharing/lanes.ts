/**
 * Does `act` for every item, `lanes` at a time. At the first failure nothing more is started; it is thrown once all that
 * was under way has ended, so that what the items share can be closed safely.
 */
export async function inLanes<T>(items: Iterable<T>, lanes: number, act: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true && !failed; next = rest.next()) {
      try {
        await act(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
