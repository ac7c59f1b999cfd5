import type { Command, HelpConfiguration } from 'commander';

/** Flags that go with every command are taken by each, so that an alias can hold them; here those that one ignores. */
const ignored: Readonly<Record<string, readonly string[]>> = {
  server: ['server', 'user', 'clock', 'quiet'],
  client: ['json', 'quiet'],
  shell: ['json', 'quiet'],
  discover: ['server', 'user', 'clock'],
  hash: ['server', 'user', 'clock'],
  history: ['server', 'user', 'clock', 'quiet', 'verbose'],
  clock: ['server', 'user', 'home', 'clock', 'quiet', 'verbose'],
  oplog: ['server', 'user', 'home', 'clock', 'quiet', 'verbose'],
  demo: ['server', 'user', 'home', 'clock'],
  completion: ['server', 'user', 'home', 'clock', 'json', 'quiet', 'verbose'],
};

/** Columns of help that is not for a terminal. */
const usualColumns = 100;

/** How help looks: with a command the flags that change what it does, and no others. */
export const helpLook = (program: Command): HelpConfiguration => ({
  showGlobalOptions: true,
  visibleGlobalOptions: (command) =>
    command === program
      ? []
      : program.options.filter((option) => {
          const name = option.attributeName();
          return name !== 'version' && !ignored[command.name()]?.includes(name);
        }),
  subcommandTerm: (command) => `${command.name()} ${command.usage().replace('[options]', '').trim()}`.trimEnd(),
});

export const columnsOfHelp = ({ columns }: { columns?: number | undefined }): number => columns ?? usualColumns;

export const example = (...lines: string[]): string => `\nExample:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;
