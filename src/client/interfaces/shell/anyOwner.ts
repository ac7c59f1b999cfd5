import { RollcallError } from '../../../base/errors.ts';
import { resourceName } from '../../../base/names.ts';
import type { PeerAddress } from '../../../base/roll.ts';
import type { Visitor } from '../../app.ts';
import type { Chosen } from '../../choosing/choose.ts';
import { untilAborted } from '../cli/abort.ts';
import { savedLines } from '../cli/saved.ts';
import type { Room } from './room.ts';
import { save } from './save.ts';
import { Result } from './verb.ts';

/** A file that is wanted of whoever has it, as the systems `versioned` and `hostname` have it. */
export interface AnyOwner {
  asker: Visitor;
  /** Whom to take it from. */
  chosen: Chosen;
  owners: (PeerAddress & { user: string })[];
}

/**
 * Who has a file: the verified ones, and who was heard lately, before others. Where different files go by the name it
 * says so. @throws Result `none` where nobody has it
 */
export async function anyOwner(room: Room, file: string, none: string): Promise<AnyOwner> {
  const { screen, signal } = room;
  const asker = await room.asker();
  const name = resourceName(file);
  const found = await untilAborted(signal, asker.located({ name })).catch((error: unknown) => {
    if (error instanceof RollcallError && error.code === 'not-found') throw new Result(none);
    throw error;
  });
  const all: Chosen[] = [
    ...found.choices.flatMap((choice) => choice.owners.map((first) => ({ choice, first }))),
    ...found.unverified.map((choice) => ({ choice, first: choice.owners[0] })),
  ];
  const chosen = all.find(({ first }) => first.state === 'alive') ?? all[0];
  if (chosen === undefined) throw new Result(none);
  const others = found.choices.length + found.unverified.length - 1;
  if (others > 0) {
    screen.say(`Different files go by this name; this is ${chosen.first.user}'s. GET_FILE takes another user's.`);
  }
  return { asker, chosen, owners: all.map(({ first: { user, address, port } }) => ({ user, address, port })) };
}

/** Downloads it to the downloads folder, and tells so. */
export async function fetchFrom(room: Room, { asker, chosen }: AnyOwner): Promise<void> {
  const saved = await save(room, asker, chosen, { ifExists: 'rename' });
  const [line = '', ...more] = savedLines(chosen.first.name, saved, room.cwd);
  room.screen.print(line);
  for (const remark of more) room.screen.say(remark);
}
