import { createInterface } from 'node:readline';
import { siteUrl } from '../../../web/hosts.ts';
import type { OneTimeCodes } from '../../../web/oneTime.ts';
import type { Terminal } from '../cli/terminal.ts';

/** How a person comes in: by an address that is good once. */
export interface Door extends Disposable {
  /** A new one. Its code is a fragment, which no browser sends anywhere or tells another site. */
  address(): string;
  /** What to do with an address, for a person. */
  readonly explanation: string;
}

export interface DoorOptions {
  at: { host: string; port: number };
  codes: OneTimeCodes;
  /** Prints another address whenever somebody presses Enter. */
  typed: boolean;
}

export function openDoor(terminal: Terminal, { at, codes, typed }: DoorOptions): Door {
  const address = (): string => `${siteUrl(at)}#${codes.issue()}`;
  const reader = typed ? createInterface({ input: terminal.stdin, terminal: false }) : undefined;
  reader?.on('line', () => terminal.print(address()));
  const another = typed ? ' Enter prints another.' : '';
  return {
    address,
    explanation: `Open this address in a browser of this machine: it is good once, within 10 minutes.${another} Ctrl-C ends rollcall.`,
    [Symbol.dispose]: () => reader?.close(),
  };
}
