import { anyOwner, fetchFrom } from './anyOwner.ts';
import { share } from './contents.ts';
import { collect, type Room } from './room.ts';
import { Result, type Verb } from './verb.ts';

/** The verbs of the system `versioned`, in its words. */

const fails = (why: string): Result => new Result(`ERROR ${why}`);

const announce: Verb = {
  name: 'ANNOUNCE',
  usage: '<file>',
  about: 'share a file or a folder',
  least: 1,
  most: 1,
  completes: ['file'],
  fails,
  async run(room: Room, [file = '']) {
    const peer = room.presence.participant;
    if (peer === undefined) throw fails('not connected: CONNECT a user first');
    await share(room, peer, file, {});
    room.screen.print('ANNOUNCED');
  },
};

const listFiles: Verb = {
  name: 'LIST_FILES',
  usage: '',
  about: 'every file that is shared, with address and port',
  least: 0,
  most: 0,
  completes: [],
  fails,
  async run(room: Room) {
    const rows = await collect(room, (await room.asker()).find({}));
    for (const { name, address, port } of rows) room.screen.print(`${name} ${address} ${port}`);
    if (rows.length === 0) room.screen.say('Nothing is shared.');
  },
};

const request: Verb = {
  name: 'REQUEST',
  usage: '<file>',
  about: 'download a file of whoever has it',
  least: 1,
  most: 1,
  completes: ['name'],
  fails,
  async run(room: Room, [file = '']) {
    const found = await anyOwner(room, file, 'NOT_FOUND');
    const { address, port } = found.chosen.first;
    room.screen.print(`FOUND ${address} ${port}`);
    await fetchFrom(room, found);
  },
};

export const versionedVerbs: readonly Verb[] = [announce, listFiles, request];
