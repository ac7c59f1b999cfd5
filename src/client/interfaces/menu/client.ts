import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import { type UserName, userName } from '../../../base/names.ts';
import type { AppEvent } from '../../app.ts';
import { type Context, visitorOptions } from '../cli/context.ts';
import { openAnnounced, openNews } from '../events.ts';
import { announceEntries, announcePath } from './announce.ts';
import { menu } from './menu.ts';
import type { Prompt } from './prompt.ts';
import type { Room } from './room.ts';
import { questions } from './texts.ts';

export interface ClientFlags {
  share?: readonly string[] | undefined;
}

/** What somebody shares from the start: absolute paths. */
interface Shelf {
  folders: string[];
  files: string[];
}

/** Joins, and shows the menu until somebody leaves. */
export async function client(context: Context, flags: ClientFlags): Promise<void> {
  const { terminal, settings, ending } = context;
  const options = await visitorOptions(context, (line) => prompt.print(line));
  const typed = terminal.stdin.isTTY && terminal.stdout.isTTY;
  using prompt = typed
    ? await (await import('./typed.ts')).openTypedPrompt(terminal)
    : (await import('./piped.ts')).openPipedPrompt(terminal);
  const user = settings.user ?? (await askUser(prompt, ending.signal));
  if (user === undefined) return;
  const shelf = await (flags.share === undefined ? askShelf(context, prompt) : readShelf(context, flags.share));
  if (shelf === undefined) return;

  const announced = openAnnounced();
  const news = openNews();
  const ended = new AbortController();
  const signal = AbortSignal.any([ending.signal, ended.signal]);
  const onEvent = (event: AppEvent): void => {
    if (event.event === 'announced' && !announced.isNews(event.resource)) return;
    if (event.event === 'withdrawn') announced.withdrawn(event.name);
    const line = news(event);
    if (line !== undefined) prompt.print(line);
    if (event.event === 'ended') ended.abort(new RollcallError('refused', `off the tracker: ${event.reason}`));
  };
  const { openParticipant } = await context.facade();
  const { peerPort, classic, refusePlain } = settings;
  await using participant = await openParticipant({ ...options, user, peerPort, classic, refusePlain, onEvent });
  prompt.print(`Registered with server as ${participant.user}.`);
  const { folders, files } = shelf;
  const room: Room = { ...context, prompt, participant, announced, folders, signal };
  for (const path of files) await announcePath(room, path);
  for (const folder of folders) await announceEntries(room, folder);
  await menu(room, ending);
}

/** Nothing where nobody answers any more. @throws RollcallError `interrupted` by Ctrl-C */
async function askFirst(prompt: Prompt, question: string, signal: AbortSignal): Promise<string | undefined> {
  const answer = await prompt.ask(question, signal);
  if (answer.answer === 'interrupt') throw new RollcallError('interrupted', 'stopped before joining');
  return answer.answer === 'line' ? answer.text.trim() : undefined;
}

async function askUser(prompt: Prompt, signal: AbortSignal): Promise<UserName | undefined> {
  for (;;) {
    const name = await askFirst(prompt, questions.user, signal);
    if (name === undefined) return undefined;
    try {
      return userName(name);
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error;
      prompt.print(error.message);
    }
  }
}

/** An empty answer shares nothing. */
async function askShelf(context: Context, prompt: Prompt): Promise<Shelf | undefined> {
  for (;;) {
    const path = await askFirst(prompt, questions.folder, context.ending.signal);
    if (path === undefined) return undefined;
    try {
      return await readShelf(context, path === '' ? [] : [path]);
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error;
      prompt.print(error.message);
    }
  }
}

/** @throws RollcallError `not-found` */
async function readShelf({ cwd }: Context, paths: readonly string[]): Promise<Shelf> {
  const shelf: Shelf = { folders: [], files: [] };
  for (const path of paths.map((given) => resolve(cwd, given))) {
    const found = await stat(path).catch((cause: unknown) => {
      throw new RollcallError('not-found', `there is nothing to share at ${path}: give a folder or a file`, { cause });
    });
    (found.isDirectory() ? shelf.folders : shelf.files).push(path);
  }
  return shelf;
}
