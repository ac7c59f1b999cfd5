import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { example } from '../help.ts';
import type { Performer } from '../performer.ts';

/** Commands that make the program easier to learn and to type. */
export function addLearning(program: Command, environment: Environment, perform: Performer['perform']): void {
  program
    .command('demo')
    .description('show it all on this machine, with a tracker and three peers')
    .addHelpText('after', example('rollcall demo'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('../demo/demo.ts')).demo(context, environment.program),
      ),
    );

  program
    .command('completion')
    .description('print a script that completes commands, flags and names in your shell')
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .addHelpText('after', example('source <(rollcall completion bash)'))
    .action(async (shell: string, _own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('../completion.ts')).printScript(context, shell),
      ),
    );

  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[], _own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('../completion.ts')).complete(context, program, words),
      ),
    );
}
