import type { Command, CommandName } from '../brain/commands.ts';
import { maxRowNames } from './limits.ts';
import type { OperationName, Parameters } from './trail.ts';

/** A command, as the trail has it. */
export interface Told {
  operation: OperationName;
  parameters: Parameters;
  /** Whom it names; where it names nobody, it is about whoever asks. */
  user?: string | undefined;
}

type Telling = { [N in CommandName]: (command: Command<N>) => Told | undefined };

/** Signs of life and standing questions. */
const noOperation = (): undefined => undefined;

const telling: Telling = {
  register: ({ user }) => ({ operation: 'register', parameters: {}, user }),
  unregister: ({ user }) => ({ operation: 'unregister', parameters: {}, user }),
  connect: ({ user, port, dialects }) => ({
    operation: 'connect',
    parameters: { port, ...(dialects?.length && { dialects }) },
    user,
  }),
  disconnect: () => ({ operation: 'disconnect', parameters: {} }),
  // As its owner calls it, which is what it is asked for by.
  announce: ({ resources }) => ({
    operation: 'announce',
    parameters: counted(resources.map((resource) => (resource.id === null && resource.spelling) || resource.name)),
  }),
  withdraw: ({ names, spellings = names }) => ({ operation: 'withdraw', parameters: counted(spellings) }),
  find: ({ pattern, owner, cursor }) => firstPage(cursor, { operation: 'find', parameters: { pattern, owner } }),
  locate: ({ name, id, owner, linkSeconds, linkUses, linkPlain, cursor }) =>
    firstPage(cursor, { operation: 'locate', parameters: { name, id, owner, linkSeconds, linkUses, linkPlain } }),
  users: ({ cursor }) => firstPage(cursor, { operation: 'users', parameters: {} }),
  partial: noOperation,
  subscribe: noOperation,
  watch: noOperation,
  report: noOperation,
  account: noOperation,
  ping: noOperation,
};

/** Nothing for what is no operation. */
export const toldOf = <Name extends CommandName>(command: Command<Name>): Told | undefined =>
  telling[command.command](command);

/** The pages after the first belong to the operation that asked for it. */
const firstPage = (cursor: string | undefined, told: Told): Told | undefined =>
  cursor === undefined ? told : undefined;

const counted = (names: readonly string[]): Parameters => ({
  count: names.length,
  names: names.length > maxRowNames ? names.slice(0, maxRowNames) : names,
});
