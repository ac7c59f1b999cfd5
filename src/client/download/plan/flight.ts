import type { PieceRun } from '../../../base/layout.ts';
import type { Board } from './board.ts';
import { Flow } from './flow.ts';
import type { KnownOwner } from './knownOwner.ts';
import type { Ask } from './swarm.ts';

/** An ask and what has come of it. Keeps the board's count of who asks for what true. */
export class Flight {
  readonly ask: Ask;
  readonly owner: KnownOwner;
  readonly askedAt: number;
  headAt: number | undefined;
  /** When the last byte came; when it was asked, as long as none did. */
  lastAt: number;
  received = 0;
  readonly flow: Flow;
  /** Since when it has trickled. */
  trickledAt: number | undefined;
  /** Since when the pieces that it has not brought are free for others. */
  doubtedAt: number | undefined;
  /** Since when nothing more can come; pieces may wait for their verdict. */
  overAt: number | undefined;
  readonly #board: Board;
  #offering = false;
  #run: PieceRun | undefined;
  /** Of each piece of the run: 1 where the board counts this ask. */
  #held = new Uint8Array(0);
  #holding = 0;
  /** Pieces of the run that are not here. */
  #missing = 0;
  /** Pieces of the run that have come whole. */
  #came = 0;

  constructor(board: Board, owner: KnownOwner, ask: Ask, now: number) {
    this.#board = board;
    this.owner = owner;
    this.ask = ask;
    this.askedAt = now;
    this.lastAt = now;
    this.flow = new Flow(now);
    owner.asks++;
    if (ask.want.run !== undefined) this.#settle(ask.want.run);
    else {
      this.#offering = true;
      for (const run of ask.want.of) board.offered.addRun(run);
    }
  }

  /** Nothing as long as the owner has not chosen. */
  get run(): PieceRun | undefined {
    return this.#run;
  }

  /** What the owner is choosing from. */
  get offer(): readonly PieceRun[] {
    return this.#run === undefined ? (this.ask.want.of ?? []) : [];
  }

  /** The first piece that has not come whole, and the end of the run. */
  get next(): number {
    return this.#run === undefined ? 0 : this.#run.first + this.#came;
  }

  get end(): number {
    return this.#run === undefined ? 0 : this.#run.first + this.#run.count;
  }

  /** True as long as pieces of it are on the way, or wait for their verdict. */
  get holding(): boolean {
    return this.#holding > 0;
  }

  /** True where every byte has come. */
  get complete(): boolean {
    return this.#run !== undefined && this.#came === this.#run.count;
  }

  /** True where it can bring nothing that is not here. */
  get needless(): boolean {
    if (this.#run !== undefined) return this.#missing === 0;
    const { here } = this.#board;
    return this.offer.every(({ first, count }) => {
      for (let piece = first; piece < first + count; piece++) if (!here.has(piece)) return false;
      return true;
    });
  }

  holds(piece: number): boolean {
    return this.#run !== undefined && this.#held[piece - this.#run.first] === 1;
  }

  /** The owner chose. */
  chosen(run: PieceRun): boolean {
    const { want } = this.ask;
    if (want.of === undefined || this.#run !== undefined) return false;
    let inside = run.first;
    for (const { first, count } of want.of) if (first <= inside && inside < first + count) inside = first + count;
    if (run.count < 1 || run.count > want.most || inside < run.first + run.count) return false;
    this.#withdraw();
    this.#settle(run);
    if (this.doubtedAt !== undefined) this.#release();
    return true;
  }

  got(bytes: number, now: number): void {
    this.headAt ??= now;
    this.lastAt = now;
    this.received += bytes;
    this.flow.add(bytes, now);
    if (this.#run === undefined) return;
    const { spans } = this.#board;
    const at = spans.start(this.#run.first) + this.received;
    while (this.#came < this.#run.count && spans.start(this.next + 1) <= at) this.#came++;
  }

  /** A piece is here now. */
  arrived(piece: number): void {
    if (this.#run === undefined || piece < this.#run.first || piece >= this.end) return;
    this.#missing--;
    this.#drop(piece);
  }

  bad(piece: number): void {
    this.#drop(piece);
  }

  /** What it has not brought is free for others, while it goes on. */
  doubt(now: number): void {
    this.doubtedAt = now;
    this.owner.doubted++;
    this.#withdraw();
    this.#release();
    for (let piece = this.next; piece < this.end; piece++) this.#board.hurry(piece);
  }

  /** It flows again, and brings what others may have been asked for meanwhile. */
  trust(): void {
    this.doubtedAt = undefined;
    this.owner.doubted--;
    for (let piece = this.next; piece < this.end; piece++) if (!this.#board.here.has(piece)) this.#hold(piece);
  }

  /** No more bytes come. */
  close(now: number): void {
    this.overAt = now;
    this.owner.asks--;
    if (this.doubtedAt !== undefined) this.owner.doubted--;
    this.#withdraw();
    this.#release();
  }

  /** Gives everything up. */
  forget(): void {
    for (let piece = this.#run?.first ?? 0; piece < this.end; piece++) this.#drop(piece);
  }

  #settle(run: PieceRun): void {
    this.#run = run;
    this.#held = new Uint8Array(run.count);
    for (let piece = run.first; piece < this.end; piece++) {
      if (this.#board.here.has(piece)) continue;
      this.#missing++;
      this.#hold(piece);
    }
  }

  #withdraw(): void {
    if (!this.#offering) return;
    this.#offering = false;
    for (const run of this.ask.want.of ?? []) this.#board.offered.deleteRun(run);
  }

  #release(): void {
    for (let piece = this.next; piece < this.end; piece++) this.#drop(piece);
  }

  #hold(piece: number): void {
    if (this.#run === undefined || this.holds(piece)) return;
    this.#held[piece - this.#run.first] = 1;
    this.#holding++;
    this.#board.hold(piece);
  }

  #drop(piece: number): void {
    if (this.#run === undefined || !this.holds(piece)) return;
    this.#held[piece - this.#run.first] = 0;
    this.#holding--;
    this.#board.drop(piece);
  }
}
