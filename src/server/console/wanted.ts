/** How an operator's commands come: at a prompt, as plain lines, or not at all. */
export type ConsoleKind = 'prompt' | 'lines' | 'none';

export interface Surroundings {
  /** True where it is a terminal. */
  stdin: boolean;
  stdout: boolean;
  env: NodeJS.ProcessEnv;
  /** True where this process may read its terminal. */
  inForeground(): Promise<boolean>;
}

/**
 * At a terminal there is a console unless JSON is wanted; anywhere else only where it is asked for. A process in the
 * background never reads its terminal: the system would stop it, and with it the tracker.
 */
export async function consoleKind(
  flags: { console?: boolean | undefined; json: boolean },
  { stdin, stdout, env, inForeground }: Surroundings,
): Promise<ConsoleKind> {
  const canPrompt = stdin && stdout && env['TERM'] !== 'dumb' && !flags.json;
  if (!(flags.console ?? canPrompt)) return 'none';
  if (stdin && !(await inForeground())) return 'none';
  return canPrompt ? 'prompt' : 'lines';
}
