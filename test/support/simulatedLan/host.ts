import type { Layout, PieceRun } from '../../../src/base/layout.ts';
import { MiB } from '../../../src/base/sizes.ts';
import type { Ask } from '../../../src/client/download/plan/swarm.ts';
import type { Link } from './shares.ts';
import { link, type SimulatedLan, type Transfer } from './simulatedLan.ts';

/** Who fetches: told what comes of its asks. */
export interface Fetcher {
  readonly down: Link;
  chosen(ask: Ask, run: PieceRun): void;
  received(ask: Ask, bytes: number): void;
  piece(ask: Ask, piece: number, good: boolean): void;
  ended(ask: Ask): void;
  failed(ask: Ask, why: 'broken' | 'refused' | 'gone'): void;
}

interface Upload extends Transfer {
  ask: Ask;
  to: Fetcher;
  run?: PieceRun | undefined;
  /** Pieces. */
  sent: number;
  /** Bytes until something is to be told, when that began, and those of them that were told of. */
  leg: number;
  told: number;
  /** Bytes left of the turn, and of the piece. */
  turn: number;
  pieceLeft: number;
}

export interface HostOptions {
  name: string;
  /** Mbit/s, each way. */
  up: number;
  down: number;
  whole: boolean;
  /** Every so many pieces that it sends is wrong. */
  badEvery?: number | undefined;
  /** Refuses whatever it is asked for, though it says that it has it. */
  lies?: boolean | undefined;
  slots?: number | undefined;
}

/** An owner: uploads in some slots at a time, in turns of a MiB or a piece. */
export class Host {
  readonly name: string;
  readonly options: HostOptions;
  readonly up: Link;
  readonly here: Uint8Array;
  readonly down: Link;
  /** Told of each piece that comes here. */
  readonly watchers: Set<(piece: number) => void> = new Set();
  #dead = false;
  #sentPieces = 0;
  readonly #sent: Uint32Array;
  readonly #layout: Layout;
  readonly #lan: SimulatedLan;
  readonly #line: Upload[] = [];
  readonly #active = new Set<Upload>();

  constructor(lan: SimulatedLan, layout: Layout, options: HostOptions) {
    this.name = options.name;
    this.options = options;
    this.#lan = lan;
    this.#layout = layout;
    this.up = link(options.up);
    this.down = link(options.down);
    this.here = new Uint8Array(layout.count).fill(options.whole ? 1 : 0);
    this.#sent = new Uint32Array(layout.count);
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Pieces that were sent whole. */
  get sentPieces(): number {
    return this.#sentPieces;
  }

  /** Mbit/s; 0 for one that is silent while its connections stay open. */
  slowTo(mbit: number): void {
    this.up.capacity = mbit * 125;
    this.#lan.changed();
  }

  die(): void {
    this.#dead = true;
    for (const upload of [...this.#active, ...this.#line]) {
      this.#stop(upload);
      upload.to.failed(upload.ask, 'gone');
    }
  }

  /** A request has come. */
  asked(ask: Ask, to: Fetcher): void {
    if (this.#dead) {
      to.failed(ask, 'gone');
      return;
    }
    const upload: Upload = {
      ask,
      to,
      links: [this.up, to.down],
      rate: 0,
      toTell: 0,
      sent: 0,
      leg: 0,
      told: 0,
      turn: 0,
      pieceLeft: 0,
      tell: () => this.#tell(upload),
    };
    this.#line.push(upload);
    this.#pump();
  }

  broke(ask: Ask): void {
    for (const upload of [...this.#active, ...this.#line]) if (upload.ask === ask) this.#stop(upload);
    this.#pump();
  }

  /** Tells what has come of pieces that are not whole yet. */
  tellAll(): void {
    this.#lan.settle();
    for (const upload of this.#active) this.#report(upload);
  }

  #pump(): void {
    while (this.#active.size < (this.options.slots ?? 16)) {
      const upload = this.#line.shift();
      if (upload === undefined) return;
      this.#turn(upload);
    }
  }

  #turn(upload: Upload): void {
    if (upload.run === undefined) {
      const run = this.options.lies === true ? undefined : this.#choose(upload.ask.want);
      if (run === undefined) {
        upload.to.failed(upload.ask, 'refused');
        return;
      }
      upload.run = run;
      for (let piece = run.first; piece < run.first + run.count; piece++) this.#count(piece, 1);
      if (upload.ask.want.of !== undefined) upload.to.chosen(upload.ask, run);
      upload.pieceLeft = this.#layout.place(run.first).length;
    }
    this.#active.add(upload);
    upload.turn = Math.max(MiB, upload.pieceLeft);
    this.#goOn(upload);
    this.#lan.start(upload);
  }

  #goOn(upload: Upload): void {
    upload.leg = Math.min(upload.turn, upload.pieceLeft);
    upload.toTell = upload.leg;
    upload.told = 0;
  }

  #tell(upload: Upload): void {
    const { run, to, ask } = upload;
    if (run === undefined) return;
    this.#report(upload);
    upload.turn -= upload.leg;
    upload.pieceLeft -= upload.leg;
    if (upload.pieceLeft === 0) {
      to.piece(ask, run.first + upload.sent, !this.#spoils());
      upload.sent++;
      if (upload.sent === run.count) {
        this.#stop(upload);
        to.ended(ask);
        this.#pump();
        return;
      }
      upload.pieceLeft = this.#layout.place(run.first + upload.sent).length;
    }
    if (!this.#active.has(upload)) return;
    if (upload.turn === 0) {
      if (this.#line.length > 0) {
        this.#active.delete(upload);
        this.#lan.stop(upload);
        this.#line.push(upload);
        this.#pump();
        return;
      }
      upload.turn = Math.max(MiB, upload.pieceLeft);
    }
    this.#goOn(upload);
  }

  #report(upload: Upload): void {
    const fresh = Math.floor(upload.leg - upload.toTell + 1e-6) - upload.told;
    if (fresh <= 0) return;
    upload.told += fresh;
    upload.to.received(upload.ask, fresh);
  }

  #spoils(): boolean {
    this.#sentPieces++;
    const { badEvery } = this.options;
    return badEvery !== undefined && this.#sentPieces % badEvery === 0;
  }

  #stop(upload: Upload): void {
    this.#active.delete(upload);
    this.#lan.stop(upload);
    const at = this.#line.indexOf(upload);
    if (at !== -1) this.#line.splice(at, 1);
    const { run } = upload;
    if (run === undefined) return;
    for (let piece = run.first + upload.sent; piece < run.first + run.count; piece++) this.#count(piece, -1);
  }

  #count(piece: number, more: number): void {
    this.#sent[piece] = (this.#sent[piece] ?? 0) + more;
  }

  #choose(want: Ask['want']): PieceRun | undefined {
    if (want.run !== undefined) {
      const { first, count } = want.run;
      return this.here.subarray(first, first + count).every((there) => there === 1) ? want.run : undefined;
    }
    let best: PieceRun | undefined;
    let least = Number.POSITIVE_INFINITY;
    let ties = 0;
    for (const { first, count } of want.of) {
      for (let piece = first; piece < first + count; piece++) {
        if (this.here[piece] !== 1) continue;
        const sent = this.#sent[piece] ?? 0;
        if (sent > least) continue;
        ties = sent < least ? 1 : ties + 1;
        least = sent;
        if (this.#lan.random() * ties >= 1) continue;
        let end = piece + 1;
        while (end < first + count && end - piece < want.most && this.here[end] === 1 && this.#sent[end] === sent)
          end++;
        best = { first: piece, count: end - piece };
      }
    }
    return best;
  }
}
