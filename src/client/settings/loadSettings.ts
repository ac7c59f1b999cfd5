import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { byteRate } from '../../base/byteRate.ts';
import { RollcallError } from '../../base/errors.ts';
import { userName } from '../../base/names.ts';
import { clockAddress, peerPort, trackerAddress } from '../addresses.ts';
import { seedForMs } from './seedFor.ts';
import {
  configFile,
  maxConnections,
  parseSaid,
  type SettingFlags,
  type SettingKey,
  type Settings,
  settingNames,
  usualDownloadSlots,
  usualMaxOwners,
  usualUploadSlots,
} from './settings.ts';

/** In the home folder, unless another is named. */
const usualShareFolder = 'shared';

/** A setting's text, and where it was said: `where` starts the message when it is wrong. */
interface Said {
  text: string;
  where: string;
  /** What a relative path starts from. */
  folder: string;
}

/** @throws RollcallError `usage` that names the flag, the variable, or the file and its key */
export async function loadSettings(flags: SettingFlags, env: NodeJS.ProcessEnv, cwd: string): Promise<Settings> {
  const home = resolve(cwd, flags.home || env['ROLLCALL_HOME'] || (await defaultHome()));
  const file = await readConfig(home);
  const said = (key: SettingKey): Said | undefined => {
    const { flag, variable } = settingNames[key];
    const typed = flags[key];
    if (typed !== undefined) return { text: String(typed), where: flag, folder: cwd };
    const inherited = env[variable];
    return inherited ? { text: inherited, where: variable, folder: cwd } : file.get(key);
  };
  const downloads = said('downloads');
  const shareFolder = said('shareFolder');
  const seedFor = said('seedFor');
  return {
    server: read(said('server'), trackerAddress),
    user: read(said('user'), userName),
    home,
    downloads: downloads === undefined ? cwd : resolve(downloads.folder, downloads.text),
    peerPort: read(said('peerPort'), peerPort) ?? 0,
    limitUp: read(said('limitUp'), byteRate),
    limitDown: read(said('limitDown'), byteRate),
    uploadSlots: read(said('uploadSlots'), connections) ?? usualUploadSlots,
    maxOwners: read(said('maxOwners'), connections) ?? usualMaxOwners,
    downloadSlots: read(said('downloadSlots'), connections) ?? usualDownloadSlots,
    shareFolder:
      shareFolder === undefined ? join(home, usualShareFolder) : resolve(shareFolder.folder, shareFolder.text),
    seedForMs: seedFor === undefined ? 0 : read(seedFor, seedForMs),
    clock: read(said('clock'), clockAddress),
    discovery: read(said('discovery'), yesOrNo) ?? true,
    classic: read(said('classic'), yesOrNo) ?? false,
    refusePlain: read(said('refusePlain'), yesOrNo) ?? false,
  };
}

/** The same setting as a tracker of this machine takes it, which has no other of these. @throws RollcallError `usage` */
export function discoveryOf(env: NodeJS.ProcessEnv): boolean {
  const { variable } = settingNames.discovery;
  const text = env[variable];
  return text ? parseSaid(variable, text, yesOrNo) : true;
}

/** @throws RollcallError `usage` */
function connections(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= 1 && count <= maxConnections) return count;
  throw new RollcallError('usage', `"${text}" is no number from 1 to ${maxConnections}`);
}

/** @throws RollcallError `usage` */
function yesOrNo(text: string): boolean {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new RollcallError('usage', `"${text}" is neither true nor false`);
}

const read = <T>(said: Said | undefined, parse: (text: string) => T): T | undefined =>
  said === undefined ? undefined : parseSaid(said.where, said.text, parse);

/** The data folder of the platform: XDG's on Linux. */
async function defaultHome(): Promise<string> {
  const { default: envPaths } = await import('env-paths');
  return envPaths('rollcall', { suffix: '' }).data;
}

async function readConfig(home: string): Promise<Map<SettingKey, Said>> {
  const path = join(home, configFile);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return new Map();
    throw new RollcallError('usage', `cannot read ${path}: ${message}; mend its permissions or remove it`);
  }
  const { parse, TomlError } = await import('smol-toml');
  let table: Record<string, unknown>;
  try {
    table = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [why] = error.message.split('\n');
    throw new RollcallError('usage', `${path}, line ${error.line}: ${why}`);
  }
  return new Map(Object.entries(table).map(([key, value]) => configEntry(path, home, key, value)));
}

function configEntry(path: string, home: string, key: string, value: unknown): [SettingKey, Said] {
  for (const [setting, { key: known, types }] of Object.entries(settingNames) as [
    SettingKey,
    (typeof settingNames)[SettingKey],
  ][]) {
    if (known !== key) continue;
    if (types.some((type) => typeof value === type)) {
      return [setting, { text: String(value), where: `${path}: "${key}"`, folder: home }];
    }
    throw new RollcallError('usage', `${path}: "${key}" has to be a ${types.join(' or a ')}`);
  }
  const known = Object.values(settingNames).map((name) => name.key);
  throw new RollcallError('usage', `${path}: "${key}" is no setting; there are ${known.join(', ')}`);
}
