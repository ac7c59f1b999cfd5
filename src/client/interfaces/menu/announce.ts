import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { openProgress } from '../cli/progress.ts';
import type { Answer } from './prompt.ts';
import { announcedText, type Room } from './room.ts';
import { questions } from './texts.ts';

/** Option 1: announces one file or folder, by its name in the shared folder or by its path. */
export async function announce(room: Room): Promise<Answer['answer']> {
  const answer = await room.prompt.ask(questions.announce, room.signal);
  const name = answer.answer === 'line' ? answer.text.trim() : '';
  if (name !== '') await announcePath(room, await locate(room, name));
  return answer.answer;
}

export async function announcePath(room: Room, path: string): Promise<void> {
  const { prompt, participant, announced, signal } = room;
  const resource = await hashing(room, path, (onProgress) => participant.share(path, { signal, onProgress }));
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

/** What is in a shared folder goes before what the path alone would mean. */
async function locate({ folders, cwd }: Room, name: string): Promise<string> {
  for (const folder of isAbsolute(name) ? [] : folders) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined) return path;
  }
  return resolve(cwd, name);
}
