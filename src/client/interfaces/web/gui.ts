import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { inForeground } from '../../../base/foreground.ts';
import { version } from '../../../base/version.ts';
import { type OneTimeCodes, openOneTimeCodes } from '../../../web/oneTime.ts';
import { openSite } from '../../../web/openSite.ts';
import { findPage } from '../../../web/page.ts';
import type { Site } from '../../../web/site.ts';
import { freshToken, keptToken } from '../../../web/tokens.ts';
import { listeningPort, spelledAddress } from '../../addresses.ts';
import type { Daemon } from '../../app.ts';
import { parseSaid } from '../../settings/settings.ts';
import { aborted } from '../cli/abort.ts';
import type { Context } from '../cli/context.ts';
import { lookMs } from '../cli/limits.ts';
import type { Terminal } from '../cli/terminal.ts';
import { trackerRecord } from '../cli/tracker.ts';
import type { TrackerBody } from './api/bodies.ts';
import { serveApi } from './api/serveApi.ts';
import { connectFirst } from './connectFirst.ts';
import { openDoor } from './door.ts';
import { openClient } from './openClient.ts';
import { hasScreen, type Show, showOn } from './screen.ts';
import { tellEvents } from './tellEvents.ts';

export interface GuiFlags {
  share?: readonly string[] | undefined;
  /** 0 lets the system choose. */
  httpPort?: string | undefined;
  /** False: no browser is opened. */
  open?: boolean | undefined;
  /** The token is the same at each start. */
  keepToken?: boolean | undefined;
}

/** What is used of the machine besides: where this program is, what opens an address, and whether somebody types here. */
export interface Machine {
  main: string;
  show?: Show | undefined;
  foreground?: (() => Promise<boolean>) | undefined;
}

/** Only programs of this machine reach it. */
const host = '127.0.0.1';
/** In the home folder. */
const tokenFile = 'web_token';

/** Runs a client that a page drives, until it is told to stop, which is its normal end. */
export async function gui(context: Context, flags: GuiFlags, machine: Machine): Promise<void> {
  const { terminal, ending, env, settings } = context;
  const port = flags.httpPort === undefined ? 0 : parseSaid('--http-port', flags.httpPort, webPort);
  const page = join(dirname(machine.main), 'pages', 'client');
  await findPage(page);
  const token = freshToken();
  const kept = flags.keepToken ? await keptToken(join(settings.home, tokenFile)) : undefined;
  const { show = showOn(env) } = machine;
  const codes = openOneTimeCodes(context.clock);

  await using daemon = await openClient(context, flags.share ?? []);
  await using site = await openPage(context, { daemon, codes, token, kept, port, page, show });
  using door = openDoor(terminal, { at: site.at, codes, typed: await isTyped(terminal, machine) });
  const url = door.address();
  if (terminal.json) terminal.record({ event: 'ready', ...site.at, url, token: kept ?? token });
  else terminal.print(url);
  terminal.say(door.explanation);
  using _told = tellEvents(daemon, terminal);
  if (flags.open !== false && !terminal.json && hasScreen(env)) {
    await show(url).catch(() => terminal.say('No browser could be opened: open the address yourself.'));
  }
  const connected = connectFirst(context, daemon);
  await aborted(ending.signal);
  terminal.say('Stopped.');
  await connected;
}

/** Whoever reads from a terminal in the background of it is stopped by the system. */
const isTyped = async ({ stdin, json }: Terminal, { foreground = inForeground }: Machine): Promise<boolean> =>
  stdin.isTTY === true && !json && (await foreground());

/** @throws RollcallError `usage` */
const webPort = (text: string): number => listeningPort(text, 1);

interface PageOptions {
  daemon: Daemon;
  codes: OneTimeCodes;
  /**
   * The page's, of this start alone: a page that stays open goes on showing it to whatever listens on this port later, as
   * a program of another user.
   */
  token: string;
  /** For scripts, at each start the same. */
  kept: string | undefined;
  port: number;
  page: string;
  show: Show;
}

function openPage(context: Context, { daemon, codes, token, kept, port, page, show }: PageOptions): Promise<Site> {
  const { settings, clock, ending } = context;
  const { server, user } = settings;
  const usual = { server: server === undefined ? null : spelledAddress(server), user: user ?? null };
  const { log } = daemon.log;
  const discover = async (): Promise<TrackerBody[]> => {
    const found = await (await context.facade()).discover({ ms: lookMs, early: false, log, signal: ending.signal });
    return found.map(trackerRecord);
  };
  const looking = settings.discovery ? { discover } : {};
  const api = { daemon, ...looking, codes, token, version, usual, openFolder: show, home: homedir(), clock, log };
  const tokens = kept === undefined ? [token] : [token, kept];
  return openSite({ host, port, names: [], tokens, page, log, clock, routes: (app) => serveApi(app, api) });
}
