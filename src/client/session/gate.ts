/** What calls wait at while there is nothing to let them through to. */
export class Gate<T> {
  #value: T | undefined;
  #shut: Error | undefined;
  readonly #waiting = new Set<() => void>();

  get value(): T | undefined {
    return this.#value;
  }

  open(value: T): void {
    this.#value = value;
    this.#wake();
  }

  close(): void {
    this.#value = undefined;
  }

  /** Closes for good: whoever waits, or comes later, gets the error. */
  shut(error: Error): void {
    this.#value = undefined;
    this.#shut ??= error;
    this.#wake();
  }

  /** @throws what it was shut with */
  throwIfShut(): void {
    if (this.#shut !== undefined) throw this.#shut;
  }

  /** @throws what it was shut with; the signal's reason */
  async pass(signal: AbortSignal): Promise<T> {
    for (;;) {
      this.throwIfShut();
      if (this.#value !== undefined) return this.#value;
      await this.#change(signal);
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const wake = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiting.delete(wake);
        reject(signal.reason);
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
