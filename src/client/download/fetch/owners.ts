import { sleep } from '../../../base/clock.ts';
import type { RollcallError } from '../../../base/errors.ts';
import { moreOwnersMs } from '../limits.ts';
import type { OwnerFault } from '../plan/faults.ts';
import { type AnyOwner, type Listed, ownerKey, ownerName } from '../plan/owners.ts';
import { Roster } from '../plan/roster.ts';
import type { DownloadPorts } from '../ports.ts';
import type { DownloadRequest, Owners as Named } from '../request.ts';
import { FlowTime } from './flowTime.ts';
import { Source } from './source.ts';
import { verdict } from './verdict.ts';

export type OwnersRequest = Pick<
  DownloadRequest,
  'name' | 'owners' | 'moreOwners' | 'watchOwners' | 'maxOwners' | 'report' | 'onWaiting' | 'signal'
>;

/** Says, for the message that ends a download, what there is of it. */
export type Kept = () => { bytes: number; size: number };

/** The owners of one content: whom the roll names, what they did wrong, and how long to go on asking. */
export class Owners {
  readonly request: OwnersRequest;
  readonly ports: DownloadPorts;
  readonly roster: Roster;
  readonly flow: FlowTime;
  readonly #kept: Kept;
  /** The roll is away, and that was told. */
  #away = false;

  constructor(request: OwnersRequest, ports: DownloadPorts, kept: Kept) {
    this.request = request;
    this.ports = ports;
    this.#kept = kept;
    this.roster = new Roster(this.#listed(request.owners));
    this.flow = new FlowTime(ports.clock);
  }

  connect(owner: AnyOwner): Source {
    const { signal } = this.request;
    return new Source(owner, {
      ...this.ports,
      signal,
      flow: this.flow,
      hasOther: () => this.roster.hasOther(owner),
    });
  }

  failed(owner: AnyOwner, fault: OwnerFault): void {
    this.roster.failed(owner, fault, this.ports.clock.now());
    if (fault.kind === 'bad') this.roster.ban(owner);
    if (fault.kind === 'unreachable' || fault.kind === 'cut') this.request.report(owner);
    const level = isOrdinary(owner, fault) ? 'debug' : 'warn';
    this.ports.log[level]({ ...shown(owner), fault: fault.kind, why: fault.message }, 'an owner failed');
  }

  /** Returns how many of that owner's pieces did not verify. */
  badPiece(owner: AnyOwner, piece: number): number {
    const badPieces = this.roster.badPiece(owner);
    this.ports.log.warn({ ...shown(owner), piece, badPieces }, 'a piece does not verify');
    return badPieces;
  }

  tellWaiting(owner: AnyOwner, { place }: OwnerFault): void {
    if (place !== undefined) this.request.onWaiting?.(ownerName(owner), place);
  }

  /**
   * When all have failed: waits as long as makes sense, or until there is `news`, asks the roll, and gives everybody
   * another chance.
   * @throws RollcallError `unreachable`, `unfinished`, `bad-content`, `changed`, `refused`, `not-found` when it is time
   * to give up; the signal's reason
   */
  async anew(news?: Promise<void>): Promise<void> {
    const { clock, random, log } = this.ports;
    const { signal } = this.request;
    const exhausted = this.roster.exhausted(clock.now(), random);
    if (exhausted.next === 'give-up') throw this.verdict();
    this.#tellNearest();
    log.info({ waitMs: Math.round(exhausted.waitMs) }, 'every owner failed, asking the roll for owners');
    if (exhausted.waitMs > 0) {
      const waiting = new AbortController();
      const waited = sleep(clock, exhausted.waitMs, AbortSignal.any([waiting.signal, signal])).then(() => true);
      const came = news?.then(() => false);
      try {
        if (!(await Promise.race(came === undefined ? [waited] : [waited, came]))) return;
      } finally {
        waited.catch(() => {
          // It was broken off here, since there was news.
        });
        waiting.abort();
      }
    }
    this.roster.refresh(await this.ask('warn'));
  }

  /** Whom the roll names now; nobody where it cannot be asked, which is logged once as `level`. */
  async ask(level: 'warn' | 'debug'): Promise<Listed[]> {
    const { clock, log } = this.ports;
    const { signal } = this.request;
    const patience = new AbortController();
    const tooLong = sleep(clock, moreOwnersMs, AbortSignal.any([patience.signal, signal]));
    try {
      const named = await Promise.race([
        this.request.moreOwners(),
        tooLong.then(() => {
          throw new Error(`no answer within ${moreOwnersMs / 1000} s`);
        }),
      ]);
      this.#away = false;
      return this.#listed(named);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!signal.aborted && !this.#away) log[level]({ why }, 'the roll could not name owners');
      this.#away = true;
      return [];
    } finally {
      tooLong.catch(() => {
        // It was broken off here, since the answer has come.
      });
      patience.abort();
    }
  }

  /** Those who have it whole first, in their order; the others by chance, so that not all ask the same. */
  #listed({ whole, partial }: Named): Listed[] {
    const keys = new Set(whole.map(ownerKey));
    const others = partial.filter((owner) => !keys.has(ownerKey(owner)));
    return [
      ...whole.map((owner) => ({ owner, is: 'whole' }) as const),
      ...others
        .map((owner) => ({ owner, by: this.ports.random() }))
        .sort((a, b) => a.by - b.by)
        .map(({ owner }) => ({ owner, is: 'partial' }) as const),
    ];
  }

  #tellNearest(): void {
    const busy = this.roster.faults().filter(({ fault }) => fault.kind === 'busy' && fault.place !== undefined);
    const [nearest] = busy.sort((a, b) => (a.fault.place ?? 0) - (b.fault.place ?? 0));
    if (nearest !== undefined) this.tellWaiting(nearest.owner, nearest.fault);
  }

  /** The error that ends it; `why` where nobody's failure is the reason. */
  verdict(why?: string): RollcallError {
    const kept = this.#kept();
    const code = this.roster.verdict(kept.bytes);
    return verdict({ code, name: this.request.name, faults: this.roster.faults(), kept, why });
  }
}

/** What says nothing against an owner: others were faster or came first, or a downloader was done and left. */
const isOrdinary = (owner: AnyOwner, { kind }: OwnerFault): boolean =>
  kind === 'slow' ||
  kind === 'busy' ||
  (!('user' in owner) && (kind === 'cut' || kind === 'unreachable' || kind === 'missing'));

const shown = (owner: AnyOwner): object => ({ owner: ownerName(owner), address: owner.address, port: owner.port });
