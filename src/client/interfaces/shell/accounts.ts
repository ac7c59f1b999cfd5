import { RollcallError } from '../../../base/errors.ts';
import { userName } from '../../../base/names.ts';
import { untilAborted } from '../cli/abort.ts';
import { fieldsVerb } from './fieldsVerb.ts';
import { isRegistered } from './room.ts';
import { Result, type Verb } from './verb.ts';

/** Names and presence, as the system `fields` has them. */

const register: Verb = fieldsVerb({
  name: 'REGISTER',
  usage: '<userName>',
  about: 'bind a name to your key',
  least: 1,
  async run(room, [name = '']) {
    const { presence, visit, screen, signal } = room;
    const user = userName(name);
    if (await isRegistered(room, user)) {
      throw new Result('USERNAME IN USE', `somebody goes by the name ${user}: if it is you, CONNECT ${user}`);
    }
    try {
      await using _registered = await untilAborted(signal, visit(user));
    } catch (error) {
      throw codeOf(error) === 'name-taken' ? new Result('USERNAME IN USE', reasonOf(error)) : error;
    }
    presence.registered(user);
    screen.print('REGISTER OK');
  },
});

const unregister: Verb = fieldsVerb({
  name: 'UNREGISTER',
  usage: '<userName>',
  about: 'free a name of yours',
  least: 1,
  completes: ['user'],
  async run({ presence, asker, screen, signal }, [name = '']) {
    const user = userName(name);
    try {
      await presence.free(user, async () => untilAborted(signal, (await asker()).unregister(user)));
    } catch (error) {
      throw codeOf(error) === 'not-found' ? new Result('USER DOES NOT EXIST', reasonOf(error)) : error;
    }
    screen.print('UNREGISTER OK');
  },
});

const connect: Verb = fieldsVerb({
  name: 'CONNECT',
  usage: '<userName>',
  about: 'be on the roll by that name',
  least: 1,
  async run(room, [name = '']) {
    const { presence, screen, signal } = room;
    const user = userName(name);
    const present = presence.participant?.user;
    if (present === user) throw new Result('USER ALREADY CONNECTED');
    if (present !== undefined) throw new Result('CONNECT FAIL', `you are connected as ${present}: DISCONNECT it first`);
    if (!(await isRegistered(room, user))) {
      throw new Result('CONNECT FAIL, USER DOES NOT EXIST', `REGISTER ${user} first`);
    }
    await presence.connect(user, signal);
    screen.print('CONNECT OK');
  },
});

/** CONNECT as whom the shell was started for: it registers the name where nobody has it, as every other face does. */
export const enter: Verb = {
  ...connect,
  async run({ presence, screen, signal }, [name = '']) {
    await presence.connect(userName(name), signal);
    screen.print('CONNECT OK');
  },
};

const disconnect: Verb = fieldsVerb({
  name: 'DISCONNECT',
  usage: '<userName>',
  about: 'be off the roll again',
  least: 1,
  completes: ['user'],
  async run(room, [name = '']) {
    const { presence, screen } = room;
    const user = userName(name);
    if (presence.participant?.user !== user) {
      throw new Result(
        `DISCONNECT FAIL, USER ${(await isRegistered(room, user)) ? 'NOT CONNECTED' : 'DOES NOT EXIST'}`,
      );
    }
    await presence.leave();
    screen.print('DISCONNECT OK');
  },
});

export const accountVerbs: readonly Verb[] = [register, unregister, connect, disconnect];

const codeOf = (error: unknown): string | undefined => (error instanceof RollcallError ? error.code : undefined);
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
