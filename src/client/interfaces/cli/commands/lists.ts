import type { Command } from 'commander';
import { example } from '../help.ts';
import type { Performer } from '../performer.ts';

/** Commands that list what there is: contents, users, trackers. */
export function addLists(program: Command, perform: Performer['perform']): void {
  program
    .command('ls')
    .description('list what is shared, and by whom')
    .argument('[pattern]', 'only names that contain this, in any case')
    .option('--owner <user>', 'only what this user shares')
    .addHelpText('after', example('rollcall ls report --owner Carol --server 192.168.1.10'))
    .action(async (pattern: string | undefined, own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('../ls.ts')).ls(context, { pattern, ...own }),
      ),
    );

  program
    .command('who')
    .description('list who is here')
    .addHelpText('after', example('rollcall who --server 192.168.1.10'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('../who.ts')).who(context)),
    );

  program
    .command('discover')
    .description('list the trackers that are on this network')
    .option('--for <duration>', 'how long to look, from 100ms to 60s', '2s')
    .addHelpText('after', example('rollcall discover'))
    .action(async (own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('../discover.ts')).discover(context, own)),
    );
}
