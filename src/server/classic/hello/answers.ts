import { asRollcallError, RollcallError, unreachable } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { ResourceName, UserName } from '../../../base/names.ts';
import { type HelloRequest, helloError, helloReplies } from '../../../net/wire/classic/hello.ts';
import type { Tracker } from '../../brain/tracker.ts';
import { unverified } from '../resource.ts';
import { tokens } from './limits.ts';
import type { Lists } from './lists.ts';
import type { Registrar } from './registrar.ts';
import type { Source } from './source.ts';

export interface AnswerParts {
  tracker: Pick<Tracker, 'ask'>;
  registrar: Registrar;
  lists: Lists;
  /** Milliseconds since 1970. */
  wall(): number;
  log: Log;
}

/** What has a reply: a request, or what was wrong with it. */
export type Question = Exclude<HelloRequest, { ask: 'response' }> | RollcallError;

/** The one reply to each. Never fails. */
export type Answers = (source: Source, question: Question) => Promise<string>;

export function createAnswers({ tracker, registrar, lists, wall, log }: AnswerParts): Answers {
  const announce = async (source: Source, name: ResourceName, user: UserName): Promise<string> => {
    const { session } = source.caller;
    if (session === undefined) throw new RollcallError('refused', 'you are not registered: register first');
    if (session.user !== user) {
      throw new RollcallError('refused', `you are registered as "${session.user}", and announce as "${user}"`);
    }
    await tracker.ask(source.caller, { command: 'announce', resources: [unverified(name, wall())] });
    return helloReplies.announced;
  };

  const answer = async (source: Source, question: Question): Promise<string> => {
    const isNew = 'ask' in question && question.ask === 'register';
    await source.spend(isNew ? tokens.register : tokens.request);
    if (!('ask' in question)) throw question;
    switch (question.ask) {
      case 'register':
        await registrar.register(source, question);
        return helloReplies.registered;
      case 'announce':
        return announce(source, question.name, question.user);
      case 'resources':
        return lists.resources(source);
      case 'users':
        return lists.users(source);
      case 'owners':
        return lists.owners(source, question.name);
      default:
        return unreachable(question);
    }
  };

  return async (source, question) => {
    try {
      return await answer(source, question);
    } catch (thrown) {
      const error = asRollcallError(thrown);
      if (error.code !== 'fault') return helloError(error.message);
      log.error({ address: source.remote, stack: thrown instanceof Error ? thrown.stack : String(thrown) }, 'a fault');
      return helloError(`a fault of the tracker: ${error.message}`);
    }
  };
}
