import { resolve } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import { resourceName, type UserName, userName } from '../../../base/names.ts';
import type { Found, Visitor } from '../../app.ts';
import { type Chosen, choose } from '../../choosing/choose.ts';
import { untilAborted } from '../cli/abort.ts';
import { savedLines } from '../cli/saved.ts';
import { fieldsVerb } from './fieldsVerb.ts';
import { isHere } from './lists.ts';
import type { Room } from './room.ts';
import { save } from './save.ts';
import { Result, type Verb } from './verb.ts';

export const getFile: Verb = fieldsVerb({
  name: 'GET_FILE',
  usage: '<userName> <remoteFileName> <localFileName>',
  about: 'download a file of a user, under a new name',
  least: 3,
  completes: ['user', 'name', 'file'],
  async run(room, [name = '', remote = '', local = '']) {
    const asker = await room.asker();
    const user = userName(name);
    const chosen = await ofUser(room, asker, user, remote);
    const saved = await save(room, asker, chosen, { file: resolve(room.cwd, local), ifExists: 'refuse' });
    room.screen.print('GET_FILE OK');
    for (const line of savedLines(remote, saved, room.cwd)) room.screen.say(line);
  },
});

/** What a user shares under a name, or under a path that ends in it. @throws Result where there is nothing */
async function ofUser(room: Room, asker: Visitor, user: UserName, remote: string): Promise<Chosen> {
  const found = await byName(room, asker, remote);
  const own = {
    choices: found.choices,
    // Two paths of one peer may end alike, so that only the very one will do.
    unverified: found.unverified.filter(({ owners: [{ name, spelling }] }) => remote === name || remote === spelling),
  };
  try {
    return await choose(own, { what: remote, from: user }, undefined);
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    if (error.code === 'ambiguous') {
      throw new Result(
        'GET_FILE FAIL',
        `${user} shares different files of that name: rollcall get ${remote} tells them`,
      );
    }
    if (error.code !== 'not-found') throw error;
    if (!(await isHere(room, asker, user))) throw new Result('GET_FILE FAIL', `${user} is not connected`);
    throw new Result('GET_FILE FAIL, FILE NOT EXIST', error.message);
  }
}

const nothing: Found = { choices: [], unverified: [] };

async function byName({ signal }: Room, asker: Visitor, remote: string): Promise<Found> {
  const last = remote.split(/[/\\]/).at(-1) ?? '';
  try {
    return await untilAborted(signal, asker.located({ name: resourceName(last) }));
  } catch (error) {
    // Nobody can share what cannot be a name.
    if (error instanceof RollcallError && (error.code === 'not-found' || error.code === 'usage')) return nothing;
    throw error;
  }
}
