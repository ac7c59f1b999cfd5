import type { ResourceName, UserName } from '../../../base/names.ts';
import type { Connection } from '../../brain/commands.ts';
import type { Caller } from '../../brain/sessions.ts';
import type { ClassicParts } from './parts.ts';
import { lookFor } from './signOfLife.ts';

/**
 * A user of the dialect of fields who is here: what a lasting connection is to others, for those that come and go with
 * each request. It lives as long as its port is listened on.
 */
export class Presence implements Connection {
  readonly dialect = 'fields';
  readonly fingerprint: undefined;
  readonly unreadBytes = 0;
  readonly user: UserName;
  readonly remote: string;
  readonly local: string;
  readonly port: number;
  readonly caller: Caller;
  readonly #parts: ClassicParts;
  readonly #forget: () => void;
  readonly #names = new Map<string, ResourceName>();
  readonly #paths = new Map<string, string>();
  #looking = false;

  constructor(
    { user, remote, local, port }: { user: UserName; remote: string; local: string; port: number },
    parts: ClassicParts,
    forget: () => void,
  ) {
    this.user = user;
    this.remote = remote;
    this.local = local;
    this.port = port;
    this.#parts = parts;
    this.#forget = forget;
    this.caller = parts.tracker.meet(this);
  }

  tell(): void {
    // There is no connection to tell it on.
  }

  /** A machine that refuses serves nothing any more: its user said that he is here until he says otherwise. */
  probe(): void {
    if (!this.#looking) void this.#look();
  }

  end(): void {
    this.#forget();
  }

  drop(): void {
    this.#forget();
  }

  /** The name that a path is listed under. */
  nameOf(path: string): ResourceName | undefined {
    return this.#names.get(path);
  }

  /** The path that is listed under a name. */
  pathOf(name: string): string | undefined {
    return this.#paths.get(name);
  }

  add(path: string, name: ResourceName): void {
    this.#names.set(path, name);
    this.#paths.set(name, path);
  }

  remove(path: string, name: ResourceName): void {
    this.#names.delete(path);
    this.#paths.delete(name);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const { tracker, transport, clock } = this.#parts;
    const sign = await lookFor({ host: this.remote, port: this.port }, transport, clock);
    this.#looking = false;
    if (sign === 'listens' || sign === 'unknown') tracker.heard(this.caller);
  }
}
