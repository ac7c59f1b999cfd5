import { RollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { UserName } from '../../base/names.ts';
import type { Registered, TrackerCalls, TrackerMethod } from '../../net/wire/control.ts';
import { closed, ended } from './endings.ts';
import { callMs, goodbyeMs } from './limits.ts';
import { type Line, openLine } from './line.ts';
import type { ReceivedNotice } from './notices.ts';
import { OwnerWatch } from './ownerWatch.ts';
import type { KnownTracker, Session, SessionOptions } from './session.ts';

export interface VisitOptions extends SessionOptions {
  /** Whom to act as; nobody where it is missing. */
  user?: UserName | undefined;
}

/**
 * Opens a session for a few questions: it does not beat, and does not mend itself behind the caller's back. A call that
 * finds the link closed, as a tracker closes an idle one, opens it anew.
 * @throws RollcallError `unreachable`, `key-changed`, or with the code of the tracker's refusal
 */
export async function visit(options: VisitOptions): Promise<Session> {
  const visitor = new Visitor(options);
  await visitor.open(options.signal);
  return visitor;
}

class Visitor implements Session {
  readonly #options: VisitOptions;
  readonly #watch: OwnerWatch;
  #line: Line | undefined;
  #opening: Promise<Line> | undefined;
  #over: RollcallError | undefined;

  constructor(options: VisitOptions) {
    this.#options = options;
    this.#watch = new OwnerWatch(async (ids) => {
      if (this.#line?.rpc.isOpen) await this.#line.rpc.call('watch', { ids }, { ms: callMs });
    }, options.log);
  }

  get tracker(): KnownTracker {
    if (this.#line === undefined) throw new RollcallError('fault', 'the session was never opened');
    return this.#line.tracker;
  }

  get registered(): Registered | undefined {
    return this.#line?.registered;
  }

  async call<M extends TrackerMethod>(
    method: M,
    params: TrackerCalls[M]['params'],
    signal?: AbortSignal,
  ): Promise<TrackerCalls[M]['result']> {
    const { rpc } = await this.open(signal);
    return rpc.call(method, params, { ms: callMs, signal });
  }

  watchOwners(id: ContentId, changed: () => void): Disposable {
    return this.#watch.add(id, changed);
  }

  async open(signal?: AbortSignal): Promise<Line> {
    if (this.#over !== undefined) throw this.#over;
    if (this.#line?.rpc.isOpen) return this.#line;
    this.#opening ??= this.#greeted(signal).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over ??= closed();
    if (this.#line === undefined) return;
    const { rpc, registered } = this.#line;
    try {
      if (registered !== undefined) await rpc.call('goodbye', {}, { ms: goodbyeMs });
      rpc.end();
    } catch {
      // The tracker is gone, or silent; nobody waits for it.
      rpc.destroy();
    }
  }

  /** A line that has answered once: only that shows that the tracker takes us in. */
  async #greeted(signal: AbortSignal = new AbortController().signal): Promise<Line> {
    const { user, instance, agent } = this.#options;
    const line = await openLine(
      { ...this.#options, signal },
      { heard: () => {}, probe: () => {}, lost: () => {}, notice: (notice) => this.#notice(notice) },
    );
    try {
      const limits = { ms: callMs, signal };
      if (user === undefined) await line.ping(limits);
      else await line.register({ user, instance, agent }, limits);
      if (this.#over !== undefined) throw this.#over;
    } catch (error) {
      line.rpc.destroy();
      throw error;
    }
    this.#line = line;
    void this.#watch.renew();
    return line;
  }

  #notice({ notice, params }: ReceivedNotice): void {
    if (notice === 'ended') this.#over = ended(params.reason);
    if (notice === 'owners') this.#watch.notice(params.id);
  }
}
