import { knownUser } from '../../settings/settings.ts';
import { type Context, visit } from './context.ts';

/** Frees the user's name, and ends every session that goes by it. */
export async function unregister(context: Context): Promise<void> {
  const { terminal, settings } = context;
  const user = knownUser(settings);
  await using visitor = await visit(context);
  await visitor.unregister(user);
  if (terminal.json) terminal.record({ event: 'unregistered', user });
  else terminal.print(`The name ${user} is free: anybody may register it now.`);
}
