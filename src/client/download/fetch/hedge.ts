import { every } from '../../../base/clock.ts';
import { OwnerFault } from '../plan/faults.ts';
import { lookMs } from '../plan/limits.ts';
import { type AnyOwner, ownerKey } from '../plan/owners.ts';
import { shuffle } from '../plan/shuffle.ts';
import type { OwnerKey } from '../plan/swarm.ts';
import type { DownloadPorts } from '../ports.ts';
import type { Owners } from '../request.ts';
import { Beside, type Question } from './beside.ts';
import { FlowTime } from './flowTime.ts';
import type { OwnersRequest } from './owners.ts';
import { Source } from './source.ts';

/**
 * Has a question that one owner is silent or slow with asked of others beside, so that nobody waits for that one alone: the
 * first answer counts. What the others do wrong is not held against them: they are asked again, each on its own.
 */
export class Hedge {
  readonly #request: OwnersRequest;
  readonly #ports: DownloadPorts;
  #named: Owners;
  /** Who failed since the roll last named owners. */
  readonly #failed = new Set<OwnerKey>();

  constructor(request: OwnersRequest, ports: DownloadPorts) {
    this.#request = request;
    this.#ports = ports;
    this.#named = request.owners;
  }

  /** As the request's. */
  async moreOwners(): Promise<Owners> {
    this.#named = await this.#request.moreOwners();
    this.#failed.clear();
    return this.#named;
  }

  /**
   * The same question, for an owner and those beside it. Where another answers first, the owner is given up, which throws
   * what there is to hold against it; whoever is asked next has the answer already.
   */
  question<T>(ask: Question<T>): Question<T> {
    let won: { answer: T } | undefined;
    return async (source) => {
      if (won !== undefined) return won.answer;
      await using beside = new Beside(ask, (asked) => this.#another(source, asked), this.#ports.log);
      using _looks = every(this.#ports.clock, lookMs, () => {
        if (source.progress.doubt !== undefined) beside.look();
      });
      try {
        const first = await Promise.race([ask(source).then((answer) => ({ answer })), beside.answered]);
        if (!('from' in first)) return first.answer;
        won = first;
        const fault = source.progress.doubt ?? new OwnerFault('slow', 'another was faster');
        source.breakOff(fault);
        throw fault;
      } catch (error) {
        this.#failed.add(ownerKey(source.owner));
        throw error;
      }
    };
  }

  /** Those who have it whole first, in their order; the others by chance, so that not all ask the same. */
  #another(source: Source, asked: ReadonlySet<OwnerKey>): Source | undefined {
    const partial = [...this.#named.partial];
    shuffle(partial, this.#ports.random);
    const owner = [...this.#named.whole, ...partial].find((one) => {
      const key = ownerKey(one);
      return key !== ownerKey(source.owner) && !asked.has(key) && !this.#failed.has(key);
    });
    return owner && this.#connect(owner);
  }

  #connect(owner: AnyOwner): Source {
    const { signal } = this.#request;
    return new Source(owner, { ...this.#ports, signal, flow: new FlowTime(this.#ports.clock), hasOther: () => true });
  }
}
