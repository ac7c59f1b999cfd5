import { every } from '../../base/clock.ts';
import { unreachable } from '../../base/errors.ts';
import type { UserName } from '../../base/names.ts';
import type { Dialect } from '../../base/roll.ts';
import type { Stream } from '../../net/transport/transport.ts';
import type { TcpDialect } from '../../net/wire/classic/sniff.ts';
import { sweepMs } from '../limits.ts';
import { createAddressBuckets } from './addressBuckets.ts';
import { createListTurns } from './listing.ts';
import { createOmissions } from './omissions.ts';
import { Errand } from './tcp/errand.ts';
import { createFields } from './tcp/fields.ts';
import { talkHostname } from './tcp/hostname.ts';
import { LastingConnection } from './tcp/lasting.ts';
import type { ClassicParts, Conversation, Shared } from './tcp/parts.ts';
import { createPresences } from './tcp/presences.ts';
import { Reception } from './tcp/reception.ts';
import { talkVersioned } from './tcp/versioned.ts';

/** The dialects that are spoken over TCP: takes connections in plain text, and holds them to their deadlines. */
export interface Classic extends Disposable {
  /** To be called in the turn that the stream is handed over. */
  accept(stream: Stream): void;
  readonly connections: number;
  /** Pieces of the streams that have come, ever. */
  readonly arrivals: number;
}

/**
 * `enabled`: the dialects that are answered; one without TCP is no matter here. Once disposed of, it lets connections
 * close without a word about who is on the roll by them.
 */
export function createClassic(parts: ClassicParts & { enabled: readonly Dialect[] }): Classic {
  const { tracker, transport, clock, log, enabled } = parts;
  const receptions = new Set<Reception>();
  let arrivals = 0;
  let closing = false;
  const shared: Shared = {
    tracker,
    transport,
    clock,
    log,
    buckets: createAddressBuckets(() => clock.now()),
    lists: createListTurns(),
    omissions: createOmissions(log),
    get closing() {
      return closing;
    },
  };
  const answerFields = createFields(shared, createPresences(shared));
  const isHost = (user: UserName): boolean => [...receptions].some((reception) => reception.is(user, 'hostname'));

  const converse = (dialect: TcpDialect, stream: Stream): Conversation => {
    switch (dialect) {
      case 'versioned':
        return new LastingConnection(stream, shared, talkVersioned);
      case 'hostname':
        return new LastingConnection(stream, shared, (asker) => talkHostname(asker, isHost));
      case 'fields':
        return new Errand(stream, shared, answerFields);
      default:
        return unreachable(dialect);
    }
  };

  const sweep = every(clock, sweepMs, () => {
    const now = clock.now();
    for (const reception of receptions) reception.check(now);
  });

  return {
    accept(stream) {
      const reception: Reception = new Reception(stream, enabled, shared, {
        converse,
        arrived: () => {
          arrivals += 1;
        },
        closed: () => receptions.delete(reception),
      });
      receptions.add(reception);
    },
    get connections() {
      return receptions.size;
    },
    get arrivals() {
      return arrivals;
    },
    [Symbol.dispose]() {
      closing = true;
      sweep[Symbol.dispose]();
      for (const reception of receptions) reception.drop();
    },
  };
}
