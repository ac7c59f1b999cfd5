import { basename, resolve } from 'node:path';
import { type ResourceName, resourceName } from '../../../base/names.ts';
import type { Participant, ShareOptions } from '../../app.ts';
import { openProgress } from '../cli/progress.ts';
import { connected, fieldsVerb } from './fieldsVerb.ts';
import type { Room } from './room.ts';
import { Result, type Verb } from './verb.ts';

/** What somebody shares, as the system `fields` has it. A published path goes by its last part. */

const publish: Verb = fieldsVerb({
  name: 'PUBLISH',
  usage: '<fileName> <description>',
  about: 'share a file or a folder',
  least: 2,
  most: Number.POSITIVE_INFINITY,
  completes: ['file'],
  async run(room, [file = '', ...description]) {
    const peer = connected(room, 'PUBLISH');
    const name = nameOf(room, file);
    if (isShared(peer, name)) {
      throw new Result('PUBLISH FAIL, CONTENT ALREADY PUBLISHED', `DELETE ${name} first to publish another file by it`);
    }
    await share(room, peer, file, { description: description.join(' ') });
    room.screen.print('PUBLISH OK');
  },
});

const remove: Verb = fieldsVerb({
  name: 'DELETE',
  usage: '<fileName>',
  about: 'share it no longer; the file stays',
  least: 1,
  completes: ['own'],
  async run(room, [file = '']) {
    const peer = connected(room, 'DELETE');
    const name = nameOf(room, file);
    if (!isShared(peer, name)) throw new Result('DELETE FAIL, CONTENT NOT PUBLISHED');
    await peer.withdraw(name);
    room.screen.print('DELETE OK');
  },
});

export const contentVerbs: readonly Verb[] = [publish, remove];

const nameOf = ({ cwd }: Room, file: string): ResourceName => resourceName(basename(resolve(cwd, file)));

const isShared = (peer: Participant, name: ResourceName): boolean => peer.shared().some((one) => one.name === name);

/** Hashes and announces a file or a folder. */
export async function share(
  { terminal, clock, cwd, signal }: Room,
  peer: Participant,
  file: string,
  how: Pick<ShareOptions, 'as' | 'description'>,
): Promise<void> {
  using progress = openProgress(terminal, `Hashing ${file}`, clock);
  const onProgress = (bytes: number, size: number): void => progress.update(bytes, size);
  await peer.share(resolve(cwd, file), { ...how, signal, onProgress });
}
