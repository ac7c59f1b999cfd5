import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { openProgress } from '../cli/progress.ts';
import type { Answer } from './prompt.ts';
import { announcedText, type Room } from './room.ts';
import { questions } from './texts.ts';

/** Option 1: announces one file or folder, by its name in the shared folder or by its path, with words about it. */
export async function announce(room: Room): Promise<Answer['answer']> {
  const answer = await room.prompt.ask(questions.announce, room.signal);
  const typed = answer.answer === 'line' ? answer.text.trim() : '';
  if (typed === '') return answer.answer;
  const whole = await locate(room, typed);
  const described = whole === undefined ? withDescription(typed) : undefined;
  const name = described?.name ?? typed;
  const path = whole ?? (await locate(room, name)) ?? resolve(room.cwd, name);
  await announcePath(room, path, described?.description);
  return answer.answer;
}

/** `name "description"`, where the name may stand in double quotes as well. */
function withDescription(typed: string): { name: string; description: string } | undefined {
  const [, quoted, plain, description] = /^(?:"([^"]+)"|(.*?\S))\s+"([^"]*)"$/.exec(typed) ?? [];
  const name = quoted ?? plain;
  return name === undefined || description === undefined ? undefined : { name, description };
}

export async function announcePath(room: Room, path: string, description?: string): Promise<void> {
  const { prompt, participant, announced, signal } = room;
  const resource = await hashing(room, path, (onProgress) =>
    participant.share(path, { description, signal, onProgress }),
  );
  announced.isNews(resource);
  prompt.print(announcedText(resource));
}

/** Announces the entries of a folder. Most are told as events; those that were not are told here. */
export async function announceEntries(room: Room, folder: string): Promise<void> {
  const { prompt, participant, announced, signal } = room;
  await hashing(room, folder, (onProgress) => participant.shareEntries(folder, { signal, onProgress }));
  for (const resource of participant.shared()) if (announced.isNews(resource)) prompt.print(announcedText(resource));
}

type OnProgress = (bytes: number, size: number) => void;

async function hashing<T>({ terminal, clock }: Room, path: string, act: (tell: OnProgress) => Promise<T>): Promise<T> {
  using progress = openProgress(terminal, `Hashing ${path}`, clock);
  return await act((bytes, size) => progress.update(bytes, size));
}

/** Where it is; what is in a shared folder goes before what the path alone would mean. Nothing where nothing is there. */
async function locate({ folders, cwd }: Room, name: string): Promise<string | undefined> {
  const places = isAbsolute(name) ? [name] : [...folders.map((folder) => join(folder, name)), resolve(cwd, name)];
  for (const path of places) if ((await stat(path).catch(() => undefined)) !== undefined) return path;
  return undefined;
}
