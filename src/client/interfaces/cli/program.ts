import { Command } from 'commander';
import { trackerPort } from '../../addresses.ts';
import { addContents } from './commands/contents.ts';
import { addJoining } from './commands/joining.ts';
import { addLearning } from './commands/learning.ts';
import { addLists } from './commands/lists.ts';
import { addClock, addHistory, addOplog, addServer } from './commands/services.ts';
import { addUpkeep } from './commands/upkeep.ts';
import type { Environment } from './environment.ts';
import { columnsOfHelp, example, helpLook } from './help.ts';
import type { Performer } from './performer.ts';

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

  // In the order in which help lists them.
  addServer(program, environment, serve);
  addJoining(program, environment, perform);
  addContents(program, perform);
  addLists(program, perform);
  addUpkeep(program, perform);
  addHistory(program, environment, serve);
  addClock(program, environment, serve);
  addOplog(program, environment, serve);
  addLearning(program, environment, perform);
  return program;
}
