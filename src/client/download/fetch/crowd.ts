import { OwnerFault } from '../plan/faults.ts';
import type { DownloadPorts } from '../ports.ts';
import type { Target } from '../write/target.ts';
import { Fill } from './fill.ts';
import { type Kept, Owners, type OwnersRequest } from './owners.ts';
import type { Fetched } from './perform.ts';
import type { Source } from './source.ts';

/** The owners of one content: for a question one of them is asked, for its bytes all. */
export class Crowd implements AsyncDisposable {
  readonly #owners: Owners;
  #source: Source | undefined;
  /** One question at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(request: OwnersRequest, ports: DownloadPorts, kept: Kept) {
    this.#owners = new Owners(request, ports, kept);
  }

  /**
   * Does `work` with one owner; where that one fails, with another, until it is done. Errors that are not an owner's
   * come through.
   * @throws RollcallError `unreachable`, `unfinished`, `bad-content`, `changed`, `refused`, `not-found`; the signal's reason
   */
  use<T>(work: (source: Source) => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => this.#use(work));
    this.#turn = done.catch(() => {
      // Whoever asked for it is told.
    });
    return done;
  }

  /**
   * Fetches every piece that a target lacks, from as many owners as the request allows. Resolves once it is whole.
   * @throws as `use`; what writing threw
   */
  async fill(target: Target, fetched: Fetched): Promise<void> {
    if (target.whole) return;
    await using first = this.#source;
    this.#source = undefined;
    await new Fill(target, fetched, this.#owners, first).run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source?.[Symbol.asyncDispose]();
  }

  async #use<T>(work: (source: Source) => Promise<T>): Promise<T> {
    const { request, roster } = this.#owners;
    while (true) {
      request.signal.throwIfAborted();
      const owner = this.#source === undefined ? roster.next() : undefined;
      if (owner !== undefined) this.#source = this.#owners.connect(owner);
      if (this.#source === undefined) {
        await this.#owners.anew();
        continue;
      }
      const source = this.#source;
      try {
        return await work(source);
      } catch (error) {
        this.#source = undefined;
        await source[Symbol.asyncDispose]();
        request.signal.throwIfAborted();
        if (!(error instanceof OwnerFault)) throw error;
        this.#owners.failed(source.owner, error);
      }
    }
  }
}
