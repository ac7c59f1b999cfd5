import { Command } from 'commander';
import { trackerPort } from '../../addresses.ts';
import type { SettingFlags } from '../../settings.ts';
import type { Environment } from './environment.ts';
import { columnsOfHelp, example, helpLook } from './help.ts';
import {
  classic,
  downloadSlots,
  downloads,
  limitDown,
  limitUp,
  maxOwners,
  peerPort,
  refusePlain,
  seedFor,
  shareFolder,
  uploadSlots,
} from './options.ts';
import type { GlobalFlags, Performer } from './performer.ts';
import { addClock, addHistory, addOplog, addServer } from './services.ts';

/** Every command; what one does is loaded when it is asked for. */
export function createProgram(environment: Environment, { perform, serve }: Performer): Command {
  const { version, stdout, stderr } = environment;
  const program = new Command('rollcall')
    .description('Share files across a LAN: a tracker takes the roll, peers hand the files to each other.')
    .usage('[options] <command>')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option(
      '--server <host[:port]>',
      `the tracker, else it is looked for; port ${trackerPort} unless given [$ROLLCALL_SERVER]`,
    )
    .option('--user <name>', 'your user name; share and unregister need one [$ROLLCALL_USER]')
    .option('--home <dir>', 'folder of your key, known trackers and config.toml [$ROLLCALL_HOME]')
    .option('--clock <url>', 'date service to stamp what you ask with; else the own clock does [$ROLLCALL_CLOCK]')
    .option('--json', 'print one JSON object a line, for scripts')
    .option('--quiet', 'print data and errors, no other messages')
    .option('--verbose', 'print what happens inside as well, on stderr')
    .option('--no-color', 'print no colours [$NO_COLOR]')
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => columnsOfHelp(stdout),
      getErrHelpWidth: () => columnsOfHelp(stderr),
    })
    .exitOverride();
  program
    .configureHelp(helpLook(program))
    .addHelpText('after', '\nThe options go with every command, before or after its name.')
    .addHelpText('after', example('rollcall server', 'rollcall client 192.168.1.10 Carol --share ~/Shared'));

  addServer(program, environment, serve);

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
          ? (await import('../web/gui.ts')).gui(context, { share: own.share }, environment.program)
          : (await import('../menu/client.ts')).client(context, { share: own.share }),
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
        (await import('../web/gui.ts')).gui(context, own, environment.program),
      ),
    );

  joining(
    program.command('shell').description('type commands at a prompt, as REGISTER, PUBLISH and GET_FILE'),
    'your name, to connect with at once, instead of --user',
  )
    .addHelpText('after', example('rollcall shell 192.168.1.10 Carol'))
    .action(async (server: string | undefined, user: string | undefined, _own: object, command: Command) =>
      perform(joined(server, user, command), async (context) => (await import('../shell/shell.ts')).shell(context)),
    );

  program
    .command('share')
    .description('serve files and folders until stopped')
    .argument('<path...>', 'files and folders; a folder is announced as one resource')
    .option('--as <name>', 'announce it under this name, not its own')
    .option('--description <text>', 'words about it, for whoever lists it')
    .option('--to <user,...>', 'let only these users see it and fetch it')
    .addOption(peerPort())
    .addOption(limitUp())
    .addOption(uploadSlots())
    .addOption(classic())
    .addOption(refusePlain())
    .addHelpText('after', example('rollcall share report.pdf --server 192.168.1.10 --user Carol'))
    .action(async (paths: string[], own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('./share.ts')).share(context, { paths, ...own }),
      ),
    );

  program
    .command('get')
    .description('download a file or a folder, and verify it')
    .argument('[name]', 'its name, as "rollcall ls" shows it; may be left out with a whole --id')
    .option('--from <owner>', 'take what this user shares under the name')
    .option('--id <content>', 'take the content with this id, or with these first 8 or more digits of it')
    .option('-o, --output <file>', 'save it as this; else as downloaded_OWNER_NAME, in --downloads')
    .addOption(downloads())
    .option(
      '--overwrite',
      'replace what has that name already; a folder is replaced whole: files of yours in it are removed',
    )
    .option('--rename', 'save it beside what has that name already, as "NAME (2)"')
    .addOption(seedFor())
    .addOption(peerPort())
    .addOption(limitUp())
    .addOption(limitDown())
    .addOption(uploadSlots())
    .addOption(maxOwners())
    .addHelpText('after', example('rollcall get report.pdf --from Carol --server 192.168.1.10'))
    .action(async (name: string | undefined, own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./get.ts')).get(context, { name, ...own })),
    );

  program
    .command('link')
    .description('print an address to fetch a file from with curl, aria2c or a browser')
    .argument('[name]', 'its name, as "rollcall ls" shows it; may be left out with a whole --id')
    .option('--from <owner>', 'link to what this user shares under the name')
    .option('--id <content>', 'link to the content with this id, or with these first 8 or more digits of it')
    .option('--for <duration>', 'how long the address is good, from 1m to 24h', '1h')
    .option('--uses <number>', 'how often the file may be fetched by the address, from 1 to 1000; no end without it')
    .option('--qr', 'give a short address of a page for a browser, and draw it as a QR code for a phone')
    .option('--plain', 'give an address without encryption, which others on the network can read and change')
    .option(
      '--metalink [file]',
      'print a Metalink instead, with all owners and all hashes, or save it as this new file',
    )
    .addHelpText(
      'after',
      example(
        'curl -fkOJ "$(rollcall link report.pdf --quiet)"',
        'rollcall link film.mkv --metalink film.meta4',
        'rollcall link photo.jpg --qr --uses 1',
      ),
    )
    .action(async (name: string | undefined, own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('./link.ts')).link(context, { name, ...own }),
      ),
    );

  program
    .command('ls')
    .description('list what is shared, and by whom')
    .argument('[pattern]', 'only names that contain this, in any case')
    .option('--owner <user>', 'only what this user shares')
    .addHelpText('after', example('rollcall ls report --owner Carol --server 192.168.1.10'))
    .action(async (pattern: string | undefined, own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./ls.ts')).ls(context, { pattern, ...own })),
    );

  program
    .command('who')
    .description('list who is here')
    .addHelpText('after', example('rollcall who --server 192.168.1.10'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./who.ts')).who(context)),
    );

  program
    .command('discover')
    .description('list the trackers that are on this network')
    .option('--for <duration>', 'how long to look, from 100ms to 60s', '2s')
    .addHelpText('after', example('rollcall discover'))
    .action(async (own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./discover.ts')).discover(context, own)),
    );

  program
    .command('hash')
    .description('print the content ids that files and folders are announced with')
    .argument('<path...>', 'files and folders')
    .addHelpText('after', example('rollcall hash report.pdf'))
    .action(async (paths: string[], _own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./hash.ts')).hash(context, paths)),
    );

  program
    .command('unregister')
    .description('give up your user name, so that anybody may take it')
    .addHelpText('after', example('rollcall unregister --user Carol --server 192.168.1.10'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./unregister.ts')).unregister(context)),
    );

  program
    .command('doctor')
    .description('find out what does not work here, and what to do about it')
    .addOption(downloads())
    .addOption(peerPort())
    .addHelpText('after', example('rollcall doctor --server 192.168.1.10'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./doctor.ts')).doctor(context)),
    );

  addHistory(program, environment, serve);
  addClock(program, environment, serve);
  addOplog(program, environment, serve);

  program
    .command('demo')
    .description('show it all on this machine, with a tracker and three peers')
    .addHelpText('after', example('rollcall demo'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('./demo/demo.ts')).demo(context, environment.program),
      ),
    );

  program
    .command('completion')
    .description('print a script that completes commands, flags and names in your shell')
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .addHelpText('after', example('source <(rollcall completion bash)'))
    .action(async (shell: string, _own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('./completion.ts')).printScript(context, shell),
      ),
    );

  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[], _own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('./completion.ts')).complete(context, program, words),
      ),
    );

  return program;
}

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
