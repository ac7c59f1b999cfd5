import type { Command, HelpConfiguration } from 'commander';

/** Flags that go with every command are taken by each, so that an alias can hold them; here those that one ignores. */
const ignored: Readonly<Record<string, readonly string[]>> = {
  server: ['server', 'user', 'quiet'],
  client: ['json', 'quiet'],
  hash: ['server', 'user'],
  demo: ['server', 'user', 'home'],
  completion: ['server', 'user', 'home', 'json', 'quiet', 'verbose'],
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
