import { collisionKey, type UserName, userName } from '../../../base/names.ts';
import type { Visitor } from '../../app.ts';
import { connected, fieldsVerb } from './fieldsVerb.ts';
import { collect, isRegistered, type Room } from './room.ts';
import { Result, type Verb } from './verb.ts';

/** Who is here and what they share, as the system `fields` has it. */

const listUsers: Verb = fieldsVerb({
  name: 'LIST_USERS',
  usage: '',
  about: 'who is connected, with address and port',
  least: 0,
  async run(room) {
    const rows = await collect(room, connected(room, 'LIST_USERS').users());
    room.screen.print('LIST_USERS OK');
    for (const { user, address, port } of rows) room.screen.print(`${user} ${address} ${port}`);
  },
});

const listContent: Verb = fieldsVerb({
  name: 'LIST_CONTENT',
  usage: '<userName>',
  about: 'what a user shares',
  least: 1,
  completes: ['user'],
  async run(room, [name = '']) {
    const peer = connected(room, 'LIST_CONTENT');
    const owner = userName(name);
    const rows = await collect(room, peer.find({ owner }));
    if (rows.length === 0 && !(await isKnown(room, peer, owner))) {
      throw new Result('LIST_CONTENT FAIL, REMOTE USER DOES NOT EXIST', `nobody here goes by the name ${owner}`);
    }
    room.screen.print('LIST_CONTENT OK');
    for (const row of rows) room.screen.print(row.name);
  },
});

export const listVerbs: readonly Verb[] = [listUsers, listContent];

/** Whether a user is registered, or is here all the same, as older programs may be. */
const isKnown = async (room: Room, asker: Visitor, user: UserName): Promise<boolean> =>
  (await isRegistered(room, user)) || (await isHere(room, asker, user));

/** Whether a user is on the roll. */
export async function isHere(room: Room, asker: Visitor, user: UserName): Promise<boolean> {
  const key = collisionKey(user);
  return (await collect(room, asker.users())).some((row) => collisionKey(row.user) === key);
}
