import { styleText } from 'node:util';

const colourful = process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
const paint = (how: Parameters<typeof styleText>[0], text: string): string => (colourful ? styleText(how, text) : text);

/** What happens next, in plain words. */
export const tell = (text: string): void => console.log(`\n${paint('bold', text)}`);

/** What a command printed, below the command. */
export function show(command: string, output: string): void {
  console.log(paint('dim', `  $ ${command}`));
  for (const line of output.trimEnd().split('\n')) console.log(`    ${line}`);
}

/** A claim and what came of it. @throws what `look` throws, once it is told */
export async function check(claim: string, look: () => Promise<string>): Promise<void> {
  try {
    console.log(`${paint('green', '✓')} ${claim}: ${await look()}`);
  } catch (error) {
    console.log(`${paint('red', '✗')} ${claim}: ${error instanceof Error ? error.message : error}`);
    throw error;
  }
}
