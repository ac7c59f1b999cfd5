import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { RollcallError } from '../../base/errors.ts';
import { makeFolders } from '../../base/makeFolders.ts';
import { replaceFile } from '../../base/replaceFile.ts';
import { safeText } from '../../base/safeText.ts';
import { editToml, type TomlEdit } from './editToml.ts';
import { configFile, type SettingKey, settingNames } from './settings.ts';

/** What is to stand in `config.toml`; null: nothing, so that the default holds. */
export type SavedSettings = { [K in SettingKey]?: TomlEdit | undefined };

/**
 * Writes settings into `config.toml`, whole or not at all, and leaves all else in it as it is.
 * @throws RollcallError `usage` where it cannot be read or written, or is written in a way that only a person can change
 */
export async function saveSettings(home: string, change: SavedSettings): Promise<void> {
  const edits = new Map<string, TomlEdit>();
  for (const [setting, value] of Object.entries(change) as [SettingKey, TomlEdit | undefined][]) {
    if (value !== undefined) edits.set(settingNames[setting].key, value);
  }
  if (edits.size === 0) return;
  const path = join(home, configFile);
  try {
    await makeFolders(home, 0o700);
    // Some keep theirs elsewhere, and have a link to it here.
    const file = await realpath(path).catch(() => path);
    const before = await read(file);
    const after = editToml(before, edits);
    await check(path, before, after, edits);
    await replaceFile(file, after);
  } catch (cause) {
    if (cause instanceof RollcallError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RollcallError('usage', `the settings cannot be written into ${safeText(path)}: ${safeText(why)}`, {
      cause,
    });
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** @throws RollcallError `usage` where the new text does not say what was meant, and nothing else */
async function check(path: string, before: string, after: string, edits: ReadonlyMap<string, TomlEdit>): Promise<void> {
  const { parse } = await import('smol-toml');
  const meant = new Map(Object.entries(parse(before)));
  for (const [key, value] of edits) {
    if (value === null) meant.delete(key);
    else meant.set(key, value);
  }
  let said: Map<string, unknown> | undefined;
  try {
    said = new Map(Object.entries(parse(after)));
  } catch {
    // An edit in the middle of a value of several lines, say.
  }
  if (said !== undefined && isDeepStrictEqual(said, meant)) return;
  const keys = [...edits.keys()].join(', ');
  throw new RollcallError('usage', `${safeText(path)} is written in a way that only you can change: set ${keys} there`);
}
