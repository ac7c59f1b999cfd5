import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const found = (process.env['CHROMIUM'] ? [process.env['CHROMIUM']] : places).find((path) => existsSync(path));

/** Why there is no browser to look at pages with, as a person should read it; nothing where there is one. */
export function browserTrouble(): string | undefined {
  return found === undefined
    ? 'no Chromium is installed (apt-get install chromium, or name one in CHROMIUM)'
    : undefined;
}

/** Where it is; empty where there is none. */
export const browserPath: string = found ?? '';

/** A browser without a window, that asks nothing of the network but what a page does; another program may start it. */
export function openBrowser(executablePath: string = browserPath): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
