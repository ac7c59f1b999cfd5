import { resourceName } from '../../../base/names.ts';
import { anyOwner, fetchFrom } from './anyOwner.ts';
import { share } from './contents.ts';
import { collect, type Room } from './room.ts';
import { Result, type Verb } from './verb.ts';

/** The verbs of the system `hostname`, in its words. */

const publish: Verb = {
  name: 'publish',
  usage: '<local> <shared>',
  about: 'share a file or a folder under another name',
  least: 2,
  most: 2,
  completes: ['file'],
  claims: (typed, words) => typed === 'publish' && words.length === 2 && words[1]?.quoted === false,
  fails: (why) => new Result(`PUBLISH_FAIL ${why}`),
  async run(room: Room, [local = '', shared = '']) {
    const peer = room.presence.participant;
    if (peer === undefined) throw new Result('PUBLISH_FAIL Client not registered', 'CONNECT a user first');
    await share(room, peer, local, { as: resourceName(shared) });
    room.screen.print('PUBLISH_SUCCESS');
  },
};

const fetch: Verb = {
  name: 'fetch',
  usage: '<file>',
  about: 'download a file of whoever has it',
  least: 1,
  most: 1,
  completes: ['name'],
  fails: (why) => new Result(`ERROR ${why}`),
  async run(room: Room, [file = '']) {
    const found = await anyOwner(room, file, 'FETCH_NOT_FOUND');
    const owners = found.owners.map(({ address, port, user }) => `${address}:${port}:${user}`);
    room.screen.print(`FETCH_OK ${owners.join(' ')}`);
    await fetchFrom(room, found);
  },
};

const list: Verb = {
  name: 'list',
  usage: '',
  about: 'who is connected',
  least: 0,
  most: 0,
  completes: [],
  fails: (why) => new Result(`ERROR ${why}`),
  async run(room: Room) {
    const rows = await collect(room, (await room.asker()).users());
    room.screen.print(['LIST_CLIENTS_OK', ...new Set(rows.map(({ user }) => user))].join(' '));
  },
};

export const hostnameVerbs: readonly Verb[] = [publish, fetch, list];
