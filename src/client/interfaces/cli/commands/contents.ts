import type { Command } from 'commander';
import { example } from '../help.ts';
import {
  classic,
  downloads,
  limitDown,
  limitUp,
  maxOwners,
  peerPort,
  refusePlain,
  seedFor,
  uploadSlots,
} from '../options.ts';
import type { Performer } from '../performer.ts';

/** Commands that hand over contents: share one, get one, link to one. */
export function addContents(program: Command, perform: Performer['perform']): void {
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
        (await import('../share.ts')).share(context, { paths, ...own }),
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
      perform(command.optsWithGlobals(), async (context) => (await import('../get.ts')).get(context, { name, ...own })),
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
        (await import('../link.ts')).link(context, { name, ...own }),
      ),
    );
}
