import { Command } from 'commander';
import { listeningPort, parseSaid, type SettingFlags, trackerPort } from '../../settings.ts';
import type { Context } from './context.ts';
import type { Environment, ServerFlags } from './environment.ts';
import { downloads, limitDown, limitUp, maxOwners, peerPort, seedFor, uploadSlots } from './options.ts';

/** Flags that go with every command, before or after its name. */
export interface GlobalFlags {
  json?: boolean | undefined;
  quiet?: boolean | undefined;
  verbose?: boolean | undefined;
  color?: boolean | undefined;
}

export interface Performer {
  /**
   * Acts on the tracker or the disk, with the settings that the flags and the environment give. A number that comes of
   * it is the exit status.
   */
  perform(flags: GlobalFlags & SettingFlags, act: (context: Context) => Promise<unknown>): Promise<void>;
  /** Runs the tracker, which has settings and an end of its own. */
  serve(flags: GlobalFlags, act: () => Promise<void>): Promise<void>;
}

/** Every command; what one does is loaded when it is asked for. */
export function createProgram(environment: Environment, { perform, serve }: Performer): Command {
  const { version, stdout, stderr } = environment;
  const program = new Command('rollcall')
    .description('Share files across a LAN: a tracker takes the roll, peers hand the files to each other.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--server <host[:port]>', `the tracker; port ${trackerPort} where none is given [ROLLCALL_SERVER]`)
    .option('--user <name>', 'act as this user [ROLLCALL_USER]')
    .option('--home <dir>', 'where the key, the known trackers and config.toml are [ROLLCALL_HOME]')
    .option('--json', 'print one JSON object a line')
    .option('--quiet', 'print data and errors, no other messages')
    .option('--verbose', 'tell what happens, on stderr')
    .option('--no-color', 'no colours; NO_COLOR does the same')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    })
    .exitOverride();
  program.addHelpText('after', example('rollcall server', 'rollcall client 192.168.1.10 Carol --share ~/Shared'));

  program
    .command('server')
    .description('run the tracker')
    .option('--host <address>', 'the address to listen on', '0.0.0.0')
    .option('--port <number>', 'TCP and UDP port; 0 lets the system choose', readPort, trackerPort)
    .option('--data <dir>', 'where its key and its accounts are')
    .option('--heartbeat <duration>', 'how often peers beat', '2s')
    .option('--suspect-after <duration>', 'silence after which a peer is suspect', '6s')
    .option('--evict-after <duration>', 'silence after which a peer is off the roll', '12s')
    .option('--log <file>', 'write events there too, as JSON lines')
    .option('--log-level <level>', 'debug, info, warn or error', 'info')
    .addHelpText('after', example('rollcall server --port 7450 --log tracker.log'))
    .action(async (_options: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ServerFlags & GlobalFlags>();
      await serve(flags, () => environment.runServer({ ...flags, json: flags.json ?? false }));
    });

  program
    .command('client')
    .description('join, share and download by a numbered menu')
    .argument('[server]', 'the tracker, HOST[:PORT]')
    .argument('[username]', 'your name')
    .option('--share <path...>', 'folders, whose entries are announced, and files')
    .addOption(downloads())
    .addOption(peerPort())
    .addOption(limitUp())
    .addOption(limitDown())
    .addOption(uploadSlots())
    .addOption(maxOwners())
    .addHelpText('after', example('rollcall client 192.168.1.10 Carol --share ~/Shared'))
    .action(
      async (server: string | undefined, user: string | undefined, own: { share?: string[] }, command: Command) => {
        const flags = command.optsWithGlobals<GlobalFlags & SettingFlags>();
        await perform({ ...flags, server: server ?? flags.server, user: user ?? flags.user }, async (context) =>
          (await import('../menu/client.ts')).client(context, { share: own.share }),
        );
      },
    );

  program
    .command('share')
    .description('serve files and folders until stopped')
    .argument('<path...>', 'what to share; a folder is one resource')
    .option('--as <name>', 'announce it under this name')
    .option('--description <text>', 'a word about it')
    .option('--to <user,...>', 'only these users see it and get it')
    .addOption(peerPort())
    .addOption(limitUp())
    .addOption(limitDown())
    .addOption(uploadSlots())
    .addHelpText('after', example('rollcall share report.pdf --server 192.168.1.10 --user Carol'))
    .action(async (paths: string[], own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('./share.ts')).share(context, { paths, ...own }),
      ),
    );

  program
    .command('get')
    .description('download a resource and verify it')
    .argument('[name]', 'its name; may be left out with a whole --id')
    .option('--from <owner>', 'from this owner')
    .option('--id <content>', 'this content id, or its first 8 digits or more')
    .option('-o, --output <file>', 'save it as this; else as downloaded_OWNER_NAME')
    .addOption(downloads())
    .option('--overwrite', 'replace what has that name')
    .option('--rename', 'take a free name where that one is taken')
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
    .description('print an address where curl, aria2c or a browser gets a file, with a ticket of limited life')
    .argument('[name]', 'its name; may be left out with a whole --id')
    .option('--from <owner>', 'at this owner')
    .option('--id <content>', 'this content id, or its first 8 digits or more')
    .option('--for <duration>', 'life of the ticket, from 1m to 24h', '1h')
    .option('--metalink [file]', 'a Metalink of all owners with hashes of the pieces, to stdout or into a new file')
    .addHelpText(
      'after',
      example('curl -fkOJ "$(rollcall link report.pdf)"', 'rollcall link film.mkv --metalink film.meta4'),
    )
    .action(async (name: string | undefined, own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) =>
        (await import('./link.ts')).link(context, { name, ...own }),
      ),
    );

  program
    .command('ls')
    .description('list what is shared')
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
    .command('hash')
    .description('print the content id of files and folders')
    .argument('<path...>', 'what to hash')
    .addHelpText('after', example('rollcall hash report.pdf'))
    .action(async (paths: string[], _own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./hash.ts')).hash(context, paths)),
    );

  program
    .command('unregister')
    .description('free your name, so that anybody may take it')
    .addHelpText('after', example('rollcall unregister --user Carol --server 192.168.1.10'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./unregister.ts')).unregister(context)),
    );

  program
    .command('doctor')
    .description('find out what does not work, and what to do about it')
    .addOption(downloads())
    .addOption(peerPort())
    .addHelpText('after', example('rollcall doctor --server 192.168.1.10'))
    .action(async (_own: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => (await import('./doctor.ts')).doctor(context)),
    );

  program
    .command('demo')
    .description('show it all on this machine: a tracker, three peers, and what happens when one dies')
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

const readPort = (text: string): number => parseSaid('--port', text, (port) => listeningPort(port, 1));

const example = (...lines: string[]): string => `\nExample:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;
