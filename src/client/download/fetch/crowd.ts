import { sleep } from '../../../base/clock.ts';
import { type ErrorCode, RollcallError } from '../../../base/errors.ts';
import type { Owner } from '../../../base/roll.ts';
import { safeText } from '../../../base/safeText.ts';
import { badPiecesToBan, moreOwnersMs } from '../limits.ts';
import { OwnerFault, showOwner } from '../plan/faults.ts';
import { Roster } from '../plan/roster.ts';
import type { DownloadPorts } from '../ports.ts';
import type { DownloadRequest } from '../request.ts';
import { Source } from './source.ts';

type Wanted = Pick<DownloadRequest, 'name' | 'owners' | 'moreOwners' | 'report' | 'signal'>;

/** Says, for the message that ends a download, what there is of it. */
export type Kept = () => { bytes: number; size: number };

/** The owners of one content, of whom one at a time is asked; the next when it fails. */
export class Crowd implements AsyncDisposable {
  readonly #wanted: Wanted;
  readonly #ports: DownloadPorts;
  readonly #kept: Kept;
  readonly #roster: Roster;
  #source: Source | undefined;

  constructor(wanted: Wanted, ports: DownloadPorts, kept: Kept) {
    this.#wanted = wanted;
    this.#ports = ports;
    this.#kept = kept;
    this.#roster = new Roster(wanted.owners);
  }

  /**
   * Does `work` with one owner; where that one fails, with another, until it is done. Errors that are not an owner's
   * come through.
   * @throws RollcallError `unreachable`, `unfinished`, `bad-content`, `changed`, `refused`, `not-found`; the signal's reason
   */
  async use<T>(work: (source: Source) => Promise<T>): Promise<T> {
    while (true) {
      this.#wanted.signal.throwIfAborted();
      this.#source ??= await this.#next();
      const source = this.#source;
      try {
        return await work(source);
      } catch (error) {
        this.#source = undefined;
        await source[Symbol.asyncDispose]();
        this.#wanted.signal.throwIfAborted();
        if (!(error instanceof OwnerFault)) throw error;
        this.#failed(source.owner, error);
      }
    }
  }

  /**
   * To be told of a piece that did not verify. Returns what there is to hold against its source: nothing while it may
   * go on.
   */
  badPiece(owner: Owner, index: number): OwnerFault | undefined {
    const { user, address, port } = owner;
    const count = this.#roster.badPiece(owner);
    this.#ports.log.warn({ owner: user, address, port, piece: index, badPieces: count }, 'a piece does not verify');
    return count < badPiecesToBan ? undefined : new OwnerFault('bad', `${count} of its pieces do not verify`);
  }

  /** True where another than `owner` could be asked right away. */
  hasOther(owner: Owner): boolean {
    return this.#roster.hasOther(owner);
  }

  /** To be told of every verified piece: patience starts anew. */
  progressed(): void {
    this.#roster.progressed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source?.[Symbol.asyncDispose]();
  }

  #failed(owner: Owner, fault: OwnerFault): void {
    this.#roster.failed(owner, fault);
    if (fault.kind === 'bad') this.#roster.ban(owner);
    if (fault.kind === 'unreachable' || fault.kind === 'cut') this.#wanted.report(owner);
    const { user, address, port } = owner;
    this.#ports.log.warn({ owner: user, address, port, fault: fault.kind, why: fault.message }, 'an owner failed');
  }

  async #next(): Promise<Source> {
    const { clock, random, log } = this.#ports;
    const { signal } = this.#wanted;
    while (true) {
      const owner = this.#roster.next();
      if (owner !== undefined) {
        return new Source(owner, { ...this.#ports, signal, hasOther: () => this.#roster.hasOther(owner) });
      }
      const exhausted = this.#roster.exhausted(clock.now(), random);
      if (exhausted.next === 'give-up') throw this.#verdict();
      log.info({ waitMs: Math.round(exhausted.waitMs) }, 'every owner failed, asking the roll for owners');
      if (exhausted.waitMs > 0) await sleep(clock, exhausted.waitMs, signal);
      this.#roster.refresh(await this.#moreOwners());
    }
  }

  /** Nobody where the roll cannot be asked: those who are known are tried again. */
  async #moreOwners(): Promise<readonly Owner[]> {
    const { clock, log } = this.#ports;
    const patience = new AbortController();
    const tooLong = sleep(clock, moreOwnersMs, AbortSignal.any([patience.signal, this.#wanted.signal]));
    try {
      return await Promise.race([
        this.#wanted.moreOwners(),
        tooLong.then(() => {
          throw new Error(`no answer within ${moreOwnersMs / 1000} s`);
        }),
      ]);
    } catch (error) {
      this.#wanted.signal.throwIfAborted();
      log.warn({ why: error instanceof Error ? error.message : String(error) }, 'the roll could not name owners');
      return [];
    } finally {
      patience.abort();
    }
  }

  #verdict(): RollcallError {
    const faults = this.#roster.faults();
    const { bytes, size } = this.#kept();
    const name = safeText(this.#wanted.name);
    const who = faults.slice(0, 3).map(({ owner, fault }) => `${showOwner(owner)}: ${fault.message}`);
    if (faults.length > who.length) who.push(`${faults.length - who.length} more`);
    const why = who.length === 0 ? 'nobody is listed with it any more' : who.join('; ');
    const code = this.#roster.verdict(bytes);
    const kept = bytes === 0 ? '' : ` ${bytes} of ${size} bytes are kept: the same command goes on from there.`;
    const said: Partial<Record<ErrorCode, string>> = {
      'bad-content': `what the owners of '${name}' send is not the content that was announced`,
      changed: `'${name}' was changed by its owners since it was announced: look for it again`,
      unfinished: `'${name}' could not be fetched to its end`,
      refused: `every owner of '${name}' refused the ticket: look for it again`,
      'not-found': `no owner has '${name}' any more: look for it again`,
    };
    const what = said[code] ?? `no owner of '${name}' can be reached: try again later`;
    return new RollcallError(code, `${what} (${why}).${kept}`);
  }
}
