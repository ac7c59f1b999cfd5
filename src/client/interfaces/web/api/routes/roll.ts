import type { UserRow } from '../../../../../base/roll.ts';
import type { Connection } from '../../../../app.ts';
import type { Routes } from '../api.ts';
import type { UserBody } from '../bodies.ts';
import { optionalUser } from '../fields.ts';
import { answers } from '../schemas/answers.ts';
import { resources, resourcesQuery, users } from '../schemas/roll.ts';

const tags = ['roll'];

export const rollRoutes: Routes = (api, { daemon }) => {
  const who = { tags, summary: 'Who is here', response: answers(users) };
  api.get('/users', { schema: who }, async () => {
    const { roll, connection } = daemon;
    return { version: roll.version, users: roll.users().map((row) => userBody(row, connection)) };
  });

  const summary = 'What is shared: identical copies are one row, with all who have them';
  const what = { tags, summary, querystring: resourcesQuery, response: answers(resources) };
  api.get('/resources', { schema: what }, async ({ query }) => {
    const { pattern, sort, order, offset, limit } = query;
    const owner = optionalUser('owner', query.owner);
    return daemon.roll.contents({ pattern, owner, sort, descending: order === 'down', offset, limit });
  });
};

function userBody(row: UserRow, connection: Connection): UserBody {
  const { user, address, port, state, resources: count, since } = row;
  const udp = row.fingerprint === undefined ? null : row.udp;
  const self = connection.state === 'online' && connection.user === user && connection.port === port;
  return { user, address, port, state, resources: count, udp, since, self };
}
