import type { Command } from 'commander';
import type { SettingFlags } from '../../../settings/settings.ts';
import type { Environment } from '../environment.ts';
import { example } from '../help.ts';
import {
  classic,
  downloadSlots,
  downloads,
  limitDown,
  limitUp,
  maxOwners,
  peerPort,
  refusePlain,
  shareFolder,
  uploadSlots,
} from '../options.ts';
import type { GlobalFlags, Performer } from '../performer.ts';

/** Commands that join the roll and stay: by a menu, by a page, by a prompt. */

interface ClientFlags {
  share?: string[];
  web?: boolean;
}

/** Options of whoever joins the roll, and who it is. */
const joining = (command: Command, name: string): Command =>
  command
    .argument('[server]', 'the tracker, HOST[:PORT], instead of --server')
    .argument('[username]', name)
    .addOption(downloads())
    .addOption(peerPort())
    .addOption(limitUp())
    .addOption(limitDown())
    .addOption(uploadSlots())
    .addOption(maxOwners())
    .addOption(classic())
    .addOption(refusePlain());

function joined(server: string | undefined, user: string | undefined, command: Command): GlobalFlags & SettingFlags {
  const flags = command.optsWithGlobals<GlobalFlags & SettingFlags>();
  return { ...flags, server: server ?? flags.server, user: user ?? flags.user };
}

export function addJoining(program: Command, environment: Environment, perform: Performer['perform']): void {
  joining(
    program
      .command('client')
      .description('join, share and download by a numbered menu')
      .option('--share <path...>', 'what to share: files, and folders, each entry of which is announced')
      .option('--web', 'with a page in the browser instead of the menu, as "rollcall gui"'),
    'your name, instead of --user',
  )
    .addHelpText('after', example('rollcall client 192.168.1.10 Carol --share ~/Shared'))
    .action(async (server: string | undefined, user: string | undefined, own: ClientFlags, command: Command) =>
      perform(joined(server, user, command), async (context) =>
        own.web
          ? (await import('../../web/gui.ts')).gui(context, { share: own.share }, environment.program)
          : (await import('../../menu/client.ts')).client(context, { share: own.share }),
      ),
    );

  joining(
    program
      .command('gui')
      .description('join, share and download by a page in the browser')
      .option('--share <path...>', 'what to share: files, and folders, each entry of which is announced')
      .option('--http-port <number>', 'port of the page, on this machine alone; 0, the default, is any free one')
      .option('--no-open', 'print the address and open no browser')
      .option('--keep-token', 'let scripts in by the same token at each start, kept in the home folder'),
    'your name, instead of --user; else the page asks',
  )
    .addOption(shareFolder())
    .addOption(downloadSlots())
    .addHelpText('after', example('rollcall gui 192.168.1.10 Carol', 'rollcall gui --http-port 8080 --no-open --json'))
    .action(async (server: string | undefined, user: string | undefined, own: object, command: Command) =>
      perform(joined(server, user, command), async (context) =>
        (await import('../../web/gui.ts')).gui(context, own, environment.program),
      ),
    );

  joining(
    program.command('shell').description('type commands at a prompt, as REGISTER, PUBLISH and GET_FILE'),
    'your name, to connect with at once, instead of --user',
  )
    .addHelpText('after', example('rollcall shell 192.168.1.10 Carol'))
    .action(async (server: string | undefined, user: string | undefined, _own: object, command: Command) =>
      perform(joined(server, user, command), async (context) => (await import('../../shell/shell.ts')).shell(context)),
    );
}
