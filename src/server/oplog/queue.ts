import type { OplogCall } from '../../net/wire/oncRpc/oplog.ts';
import type { Follower } from '../trail/trail.ts';
import { callsOf } from './calls.ts';
import { readRows } from './limits.ts';

/** A call that is to be sent, and what its answer will name it by. */
export interface Sent {
  xid: number;
  call: OplogCall;
}

interface Pending {
  row: number;
  /** Its place in the row. */
  place: number;
  endsRow: boolean;
  call: OplogCall;
  xid: number;
  answered: boolean;
}

/** Calls that a row may be, and more: each has an xid of its own. */
const xidsPerRow = 128;

type Trailing = Pick<Follower, 'tag' | 'retag' | 'next' | 'parts' | 'from' | 'done'>;

/** The calls that follow from the trail, in its order, from the first one that is not known to be in the log. */
export class CallQueue {
  readonly #follower: Trailing;
  readonly #calls: Pending[] = [];
  /** How many of them went over the present connection. */
  #sent = 0;
  /** The trail may have rows that are not here yet. */
  #more = true;
  #distrusted = false;

  constructor(follower: Trailing) {
    this.#follower = follower;
  }

  /** There are new rows. */
  woken(): void {
    this.#more = true;
  }

  /** Calls that were sent, from the first that is not answered on. */
  get underWay(): number {
    return this.#sent;
  }

  /** True where everything is in the log. @throws what SQLite throws */
  get isDone(): boolean {
    return this.#sent === 0 && this.#next() === undefined;
  }

  /** The next call, which counts as sent then. @throws what SQLite throws */
  take(): Sent | undefined {
    const next = this.#next();
    if (next === undefined) return undefined;
    next.xid = (this.#follower.tag + next.row * xidsPerRow + next.place) >>> 0;
    this.#sent += 1;
    return next;
  }

  /** A call is in the log. False where no call of that name waits for an answer. */
  taken(xid: number): boolean {
    const call = this.#calls.slice(0, this.#sent).find((sent) => sent.xid === xid && !sent.answered);
    if (call === undefined) return false;
    call.answered = true;
    this.#settle();
    return true;
  }

  /** The server refused a call, or made no sense: it may have taken later ones all the same. */
  distrust(): void {
    this.#distrusted = true;
  }

  /**
   * The connection is lost: everything from the first unanswered call on is to be sent again. It goes under the same names, so
   * that a server which took it knows it again; but where the server may have taken later calls and an earlier one not, it
   * goes under new ones, lest the wrong order stay.
   */
  rewind(): void {
    if (this.#distrusted || this.#calls.some(({ answered }) => answered)) this.#follower.retag();
    this.#distrusted = false;
    this.#sent = 0;
    for (const call of this.#calls) call.answered = false;
  }

  #settle(): void {
    let [first] = this.#calls;
    while (first?.answered === true) {
      if (first.endsRow) this.#follower.done(first.row + 1);
      else this.#follower.done(first.row, first.place + 1);
      this.#calls.shift();
      this.#sent -= 1;
      [first] = this.#calls;
    }
  }

  #next(): Pending | undefined {
    if (this.#sent === this.#calls.length && this.#more) this.#read();
    return this.#calls[this.#sent];
  }

  #read(): void {
    const last = this.#calls.at(-1);
    const { next, parts } = this.#follower;
    const rows = this.#follower.from(last === undefined ? next : last.row + 1, readRows);
    this.#more = rows.length === readRows;
    for (const operation of rows) {
      const { row } = operation;
      const calls = callsOf(operation);
      for (const [place, call] of calls.entries()) {
        if (last === undefined && row === next && place < parts) continue;
        this.#calls.push({ row, place, endsRow: place === calls.length - 1, call, xid: 0, answered: false });
      }
    }
  }
}
