import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import { shortId } from '../../../base/ids.ts';
import { type ResourceName, resourceName, type UserName, userName } from '../../../base/names.ts';
import type { Announcement } from '../../../base/roll.ts';
import { sizeText } from '../../../base/sizeText.ts';
import type { AppEvent, Participant } from '../../app.ts';
import { knownUser } from '../../settings/settings.ts';
import { openAnnounced, openNews } from '../events.ts';
import { aborted } from './abort.ts';
import { type Context, visitorOptions } from './context.ts';
import { openProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export interface ShareFlags {
  paths: string[];
  as?: string | undefined;
  description?: string | undefined;
  /** Names, separated by commas. */
  to?: string | undefined;
}

/** Serves files and folders until it is told to stop, which is its normal end. */
export async function share(context: Context, flags: ShareFlags): Promise<void> {
  const { terminal, settings, ending, cwd } = context;
  const offer = readFlags(flags, cwd);
  const user = knownUser(settings);
  await refuseMissing(flags.paths, cwd);
  const teller = openTeller(terminal);
  const ended = new AbortController();
  const signal = AbortSignal.any([ending.signal, ended.signal]);
  const onEvent = (event: AppEvent): void => {
    teller.tell(event);
    if (event.event === 'ended') ended.abort(new RollcallError('refused', `off the tracker: ${event.reason}`));
  };
  const { peerPort, classic, refusePlain } = settings;
  const options = { ...(await visitorOptions(context)), user, peerPort, classic, refusePlain, onEvent };
  await using participant = await (await context.facade()).openParticipant(options);
  teller.ready(participant);
  for (const path of flags.paths) teller.announced(await offerPath(context, participant, path, { ...offer, signal }));
  await aborted(signal);
  if (!ending.signal.aborted) throw ended.signal.reason;
  terminal.say('Stopped sharing.');
}

interface Offer {
  as?: ResourceName | undefined;
  description?: string | undefined;
  to?: UserName[] | undefined;
}

/** @throws RollcallError `usage` */
function readFlags({ paths, as, description, to }: ShareFlags, cwd: string): Offer {
  if (as !== undefined && paths.length > 1) {
    throw new RollcallError(
      'usage',
      `--as gives one name to one path, and there are ${paths.length}: share them one by one`,
    );
  }
  refuseNamesakes(paths, cwd);
  const users = to?.split(',').map((name) => userName(name.trim()));
  return { as: as === undefined ? undefined : resourceName(as), description, to: users };
}

/** Of two paths of one name the later would silently take the other's place. @throws RollcallError `usage` */
function refuseNamesakes(paths: readonly string[], cwd: string): void {
  const known = new Map<string, string>();
  for (const path of paths) {
    const full = resolve(cwd, path);
    const name = basename(full).normalize('NFC');
    const other = known.get(name);
    if (other !== undefined && resolve(cwd, other) !== full) {
      throw new RollcallError(
        'usage',
        `"${other}" and "${path}" would both go by the name "${name}": share them one by one, with --as NAME`,
      );
    }
    known.set(name, path);
  }
}

/** Before a name is taken at the tracker for nothing. @throws RollcallError `not-found` */
async function refuseMissing(paths: readonly string[], cwd: string): Promise<void> {
  for (const path of paths) {
    const error = await stat(resolve(cwd, path)).catch((cause: NodeJS.ErrnoException) => cause);
    if (!(error instanceof Error) || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) continue;
    throw new RollcallError('not-found', `nothing is at "${path}": check the path`, { cause: error });
  }
}

async function offerPath(
  { terminal, clock }: Context,
  participant: Participant,
  path: string,
  offer: Offer & { signal: AbortSignal },
): Promise<Announcement> {
  using progress = openProgress(terminal, `Hashing ${path}`, clock);
  return await participant.share(path, { ...offer, onProgress: (bytes, size) => progress.update(bytes, size) });
}

interface Teller {
  ready(participant: Participant): void;
  announced(resource: Announcement): void;
  tell(event: AppEvent): void;
}

/** Events that come before `ready` are told after it, since a program reads `ready` first. */
function openTeller(terminal: Terminal): Teller {
  const announcements = openAnnounced();
  const news = openNews();
  let early: AppEvent[] | undefined = [];

  const announced = (resource: Announcement): void => {
    const { name, id, size } = resource;
    if (!announcements.isNews(resource)) return;
    if (terminal.json) terminal.record({ event: 'announced', name, id, size });
    else terminal.print(`Announced resource: ${name} (${sizeText(size)}, id ${shortId(id)})`);
  };
  const tell = (event: AppEvent): void => {
    if (early !== undefined) {
      early.push(event);
      return;
    }
    if (event.event === 'announced') {
      announced(event.resource);
      return;
    }
    const line = news(event);
    if (event.event === 'withdrawn') announcements.withdrawn(event.name);
    if (line !== undefined) terminal.say(line);
    if (terminal.json && !(event.event === 'joined' && !event.again)) terminal.record(event);
  };
  return {
    ready(participant) {
      const { user, port, tracker } = participant;
      const at = `${tracker.host}:${tracker.port}`;
      const host = '0.0.0.0';
      if (terminal.json) terminal.record({ event: 'ready', host, port, user, tracker: at });
      terminal.say(`Registered with server as ${user}. Serving on port ${port}; tracker ${at}. Ctrl-C ends it.`);
      const waiting = early ?? [];
      early = undefined;
      for (const event of waiting) tell(event);
    },
    announced,
    tell,
  };
}
