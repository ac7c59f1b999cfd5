import type { RollcallError } from '../../../base/errors.ts';
import type { InstanceId } from '../../../base/ids.ts';
import type { UserName } from '../../../base/names.ts';
import type { Reader } from '../../../net/wire/classic/spoken.ts';
import type { Command, CommandName, Outcome } from '../../brain/commands.ts';
import type { Turns } from '../../turns.ts';
import type { Omissions } from '../omissions.ts';

/** What is spoken on one lasting connection: how requests are read, and what each is answered. */
export interface Talk<Request> {
  readonly dialect: 'versioned' | 'hostname';
  readonly reader: Reader<Request>;
  /** What a request weighs. */
  tokens(request: Request): number;
  /** @throws RollcallError with what `failure` turns into this dialect's words */
  answer(request: Request): Promise<Answer>;
  failure(request: Request, error: RollcallError): Answer;
}

export interface Answer {
  text: string;
  /** The connection ends with it. */
  last?: boolean | undefined;
  /** Called once it has left, or nobody takes it. */
  left?: (() => void) | undefined;
}

/** Who talks: the tracker's caller on this connection, and what all connections share. */
export interface Asker {
  ask<Name extends CommandName>(command: Command<Name>): Promise<Outcome<Name>>;
  /** As whom it is on the roll, and where it serves. */
  readonly session: { user: UserName | undefined; port: number | undefined } | undefined;
  /** Its session's, for as long as the connection lasts. */
  readonly instance: InstanceId;
  readonly remote: string;
  /** Milliseconds since 1970. */
  wall(): number;
  /** Aborts when the connection is closed. */
  readonly gone: AbortSignal;
  readonly lists: Turns;
  readonly omissions: Omissions;
}
