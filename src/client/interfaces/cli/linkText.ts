import type { Owner } from '../../../base/roll.ts';
import type { ContentLink } from '../../app.ts';
import { invertedQr, qrLines } from '../qr.ts';
import { paint } from './paint.ts';
import { columnsOf, type Paint, type Terminal } from './terminal.ts';
import { timeText } from './text.ts';

/** What --plain gives up, and why somebody might. */
export const plainly: string =
  'Without encryption anybody on this network can read along and change what comes. It spares a phone the warning of a ' +
  'certificate that it does not know.';

/** The owner's key as curl takes it. */
export const keyOf = ({ pin }: ContentLink): string => `sha256//${pin}`;

export function record(terminal: Terminal, link: ContentLink): void {
  const { url, expires, owner, uses, plain } = link;
  terminal.record({ event: 'link', url, expires, owner, uses, plain, pin: keyOf(link) });
}

export function termsText({ expires, owner, uses }: ContentLink): string {
  const often = uses === null ? '' : ` ${uses === 1 ? 'for one download' : `for ${uses} downloads`},`;
  return `Good until ${timeText(expires)},${often} while ${owner} shares it, for whoever has it.`;
}

/** Prints the address of a page, and draws it at a terminal. */
export function tellPhone(terminal: Terminal, { fingerprint }: Owner, link: ContentLink): void {
  const { url, owner, plain } = link;
  if (terminal.json) record(terminal, link);
  else {
    if (terminal.stdout.isTTY) draw(terminal, url);
    terminal.print(url);
  }
  terminal.say(`${termsText(link)} Open it in a browser on the same network.`);
  const { hostname } = new URL(url);
  if (hostname.startsWith('127.') || hostname === '[::1]') {
    terminal.warn('The address leads to this machine alone, which is on no network.');
  }
  if (plain) terminal.say(plainly);
  else {
    const print = (fingerprint.toUpperCase().match(/../g) ?? []).join(':');
    terminal.say(
      `The browser warns once of a certificate that it does not know. ${owner}'s has the SHA-256 fingerprint`,
    );
    terminal.say(`  ${print}`);
    terminal.say('Where a phone does not let you go on: ask again with --plain, for an address without encryption.');
  }
}

const dark: Paint = (line) => paint.black.bgWhiteBright(invertedQr(line));

function draw(terminal: Terminal, text: string): void {
  const lines = qrLines(text);
  const columns = lines[0]?.length ?? 0;
  if (columns > columnsOf(terminal.stdout)) {
    terminal.warn(`The QR code takes ${columns} columns, and the terminal has fewer: widen it, and ask again.`);
  } else for (const line of lines) terminal.print(line, dark);
}
