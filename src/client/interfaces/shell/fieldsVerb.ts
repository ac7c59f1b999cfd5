import type { Participant } from '../../app.ts';
import type { Room } from './room.ts';
import { Result, type Verb } from './verb.ts';

type Given = Pick<Verb, 'name' | 'usage' | 'about' | 'least' | 'run'> & Partial<Verb>;

/** A verb of the system `fields`, whose failures read `VERB FAIL`. */
export const fieldsVerb = (given: Given): Verb => ({
  most: given.least,
  completes: [],
  fails: (why) => new Result(`${given.name} FAIL`, why),
  ...given,
});

/** The user who is connected. @throws Result that says of the verb that there is none */
export function connected({ presence }: Room, verb: string): Participant {
  if (presence.participant !== undefined) return presence.participant;
  const why = presence.isFreed() ? 'USER DOES NOT EXIST' : 'USER NOT CONNECTED';
  throw new Result(`${verb} FAIL, ${why}`, 'CONNECT a user first');
}
