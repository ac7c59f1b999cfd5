import { asRollcallError, type ErrorCode, RollcallError } from '../../../../../base/errors.ts';
import { userName } from '../../../../../base/names.ts';
import { peerPort, trackerAddress } from '../../../../addresses.ts';
import type { Connection } from '../../../../app.ts';
import type { Routes } from '../api.ts';
import type { ConnectToBody, TrackerBody } from '../bodies.ts';
import { inField, ofField } from '../fields.ts';
import { answers } from '../schemas/answers.ts';
import { connection, connectTo, status, trackers } from '../schemas/connection.ts';

const tags = ['connection'];

export const connectionRoutes: Routes = (api, { daemon, discover, version, usual }) => {
  let last = usual;
  const named = (now: Connection): typeof usual => {
    if (now.state !== 'offline') last = { server: now.server, user: now.user };
    return last;
  };

  /** Pages that ask at the same time wait for the same answer. */
  let found: Promise<TrackerBody[]> | undefined;
  const look = (by: () => Promise<TrackerBody[]>): Promise<TrackerBody[]> => {
    found ??= by().finally(() => {
      found = undefined;
    });
    return found;
  };

  const summary = 'Where this client stands: its version, its tracker, and how large the roll is';
  api.get('/status', { schema: { tags, summary, response: answers(status) } }, async () => {
    const { connection: now, roll } = daemon;
    const { version: rollVersion, state, resources, cut } = roll;
    const seen = { version: rollVersion, state, resources, users: roll.users().length, cut };
    return { version, connection: now, ...named(now), roll: seen };
  });

  const joining = { tags, summary: 'Join a tracker, and leave the one before', body: connectTo };
  api.put('/connection', { schema: { ...joining, response: answers(connection) } }, async ({ body }) => {
    refuseWrong(body);
    try {
      await daemon.connect(body);
    } catch (error) {
      throw ofConnection(error);
    }
    named(daemon.connection);
    return daemon.connection;
  });

  const leaving = { tags, summary: 'Leave the tracker; downloads pause', response: answers(connection) };
  api.delete('/connection', { schema: leaving }, async () => {
    named(daemon.connection);
    await daemon.disconnect();
    return daemon.connection;
  });

  const looking = { tags, summary: 'Look for trackers on the network, for some seconds', response: answers(trackers) };
  api.get('/trackers', { schema: looking }, async () =>
    discover === undefined ? { trackers: [], off: true } : { trackers: await look(discover), off: false },
  );
};

/** @throws FieldError */
function refuseWrong({ server, user, peerPort: port }: ConnectToBody): void {
  inField('server', () => trackerAddress(server));
  inField('user', () => userName(user));
  if (port !== undefined) inField('peerPort', () => peerPort(String(port)));
}

/** Which field a failure to join comes from, where it comes from one. */
const fieldOf: Partial<Record<ErrorCode, keyof ConnectToBody>> = {
  'name-taken': 'user',
  unreachable: 'server',
  'key-changed': 'server',
  'bad-message': 'server',
  // All else that was typed was looked at before.
  usage: 'peerPort',
};

function ofConnection(error: unknown): unknown {
  const field = error instanceof RollcallError ? fieldOf[asRollcallError(error).code] : undefined;
  return field === undefined ? error : ofField(field, error);
}
