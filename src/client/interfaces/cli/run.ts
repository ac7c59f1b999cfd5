import { CommanderError } from 'commander';
import { RollcallError } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { loadSettings } from '../../settings/loadSettings.ts';
import type { SettingFlags } from '../../settings/settings.ts';
import type { Context } from './context.ts';
import type { Ending } from './ending.ts';
import type { Environment } from './environment.ts';
import type { GlobalFlags } from './performer.ts';
import { createProgram } from './program.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Runs one command line. Returns the exit status; never throws. */
export async function run(environment: Environment): Promise<number> {
  const { argv, stdout, stderr } = environment;
  let status = 0;
  let ending: Ending | undefined;
  stdout.on('error', () => ending?.closePipe());
  /** Messages that nobody can read any more are lost; what they were about goes on. */
  stderr.on('error', () => {});

  /** Good enough to tell what is wrong with a command line that could not be read. */
  let flags: GlobalFlags = { json: argv.includes('--json'), color: !argv.includes('--no-color') };
  const terminal = (): Terminal => openTerminal(environment, readTerminal(flags, environment.env));
  const program = createProgram(environment, {
    async perform(given: GlobalFlags & SettingFlags, act) {
      flags = given;
      ending = environment.watchEnd();
      const outcome = await act(await openContext(environment, terminal(), given, ending));
      status = typeof outcome === 'number' ? outcome : 0;
    },
    async serve(given, act) {
      flags = given;
      await act();
    },
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { fail } = await import('./fail.ts');
    const verbose = flags.verbose ?? false;
    const told =
      error instanceof CommanderError
        ? usageError(
            error,
            argv,
            program.commands.map((one) => one.name()),
          )
        : error;
    status = fail(told, terminal(), { verbose, ending: ending?.signal });
  } finally {
    ending?.[Symbol.dispose]();
  }
  return status;
}

const readTerminal = (flags: GlobalFlags, env: NodeJS.ProcessEnv) => ({
  json: flags.json ?? false,
  quiet: flags.quiet ?? false,
  color: flags.color ?? true,
  env,
});

async function openContext(
  environment: Environment,
  terminal: Terminal,
  flags: GlobalFlags & SettingFlags,
  ending: Ending,
): Promise<Context> {
  const { cwd, env, clock, facade } = environment;
  const log = flags.verbose ? (await import('./log.ts')).terminalLog(terminal) : silentLog;
  return { terminal, settings: await loadSettings(flags, env, cwd), facade, ending, clock, log, cwd, env };
}

/** Commander's text as one line of ours, with where to read on. */
function usageError(error: CommanderError, argv: readonly string[], commands: readonly string[]): RollcallError {
  const command = argv.find((word) => commands.includes(word));
  const help = command === undefined ? 'rollcall --help' : `rollcall ${command} --help`;
  const what = error.code === 'commander.help' ? 'say which command to run' : error.message;
  const line = what.replace(/^error: |\.$/g, '').replaceAll(/\s*\n\s*/g, ' ');
  return new RollcallError('usage', `${line}; see: ${help}`, { cause: error });
}
