/** What this peer shows everybody, without a ticket: single files that it announces to everybody. */
export interface PublicFiles {
  /**
   * Opens one by the name that it is announced under, and by nothing else. `caller` is whom it is fair to; waits for his
   * turn. `failure`: it changed, or there was no turn.
   */
  open(name: string, caller: string, signal: AbortSignal): Promise<PublicFile | 'not-found' | 'failure'>;
}

export interface PublicFile {
  /** Bytes. */
  size: number;
  /**
   * As turns and limits allow. A chunk is done with once the next is asked for. Fails where the file changes, and when the
   * signal that it was opened with says that the caller is gone.
   */
  bytes: AsyncIterable<Uint8Array>;
}
