import type { Command } from 'commander';
import { example } from '../help.ts';
import { downloads, peerPort } from '../options.ts';
import type { Performer } from '../performer.ts';

/** Commands that look after what is one's own: ids of files, a name, this machine. */
export function addUpkeep(program: Command, perform: Performer['perform']): void {
  program
    .command('hash')
    .description('print the content ids that files and folders are announced with')
    .argument('<path...>', 'files and folders')
    .addHelpText('after', example('rollcall hash report.pdf'))
    .action(async (paths: string[], _own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('../hash.ts')).hash(context, paths)),
    );

  program
    .command('unregister')
    .description('give up your user name, so that anybody may take it')
    .addHelpText('after', example('rollcall unregister --user Carol --server 192.168.1.10'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('../unregister.ts')).unregister(context)),
    );

  program
    .command('doctor')
    .description('find out what does not work here, and what to do about it')
    .addOption(downloads())
    .addOption(peerPort())
    .addHelpText('after', example('rollcall doctor --server 192.168.1.10'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('../doctor.ts')).doctor(context)),
    );
}
