import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { byteRate } from '../base/byteRate.ts';
import { RollcallError } from '../base/errors.ts';
import { type UserName, userName } from '../base/names.ts';
import { clockAddress, peerPort, type TrackerAddress, trackerAddress } from './addresses.ts';
import { seedForMs } from './seedFor.ts';

/** What a client is told before it starts: by flag, else by the environment, else by `config.toml`, else by default. */
export interface Settings {
  /** Nobody can guess it: nothing where it was not said. */
  server: TrackerAddress | undefined;
  user: UserName | undefined;
  /** Where the identity, the known trackers and `config.toml` are; absolute. */
  home: string;
  /** Where downloads are saved; absolute. */
  downloads: string;
  /** Where a peer serves; 0 lets the system choose. */
  peerPort: number;
  /** Most bytes a second that this client sends in all, and that it fetches; no limit where nothing was said. */
  limitUp: number | undefined;
  limitDown: number | undefined;
  /** Uploads that move bytes at a time. */
  uploadSlots: number;
  /** Owners that one download fetches from at a time. */
  maxOwners: number;
  /** Downloads that run at a time, where there is a list of them. */
  downloadSlots: number;
  /** Where what is dropped on a page is put, and shared from; absolute. */
  shareFolder: string;
  /**
   * Milliseconds that a `get` serves others after its end, and then until the last request ends; nothing: it serves
   * nobody.
   */
  seedForMs: number | undefined;
  /** Address of the date service that stamps what this client asks; its own clock does where nothing was said. */
  clock: string | undefined;
  /** Whether a tracker is looked for on the network where none is named. */
  discovery: boolean;
  /** Whether what is shared with everybody is served to older programs too, unencrypted. */
  classic: boolean;
  /** Whether even links that were made for it are refused in plain HTTP. */
  refusePlain: boolean;
}

/** As typed; what is missing was not said. */
export interface SettingFlags {
  server?: string | undefined;
  user?: string | undefined;
  home?: string | undefined;
  downloads?: string | undefined;
  peerPort?: string | undefined;
  limitUp?: string | undefined;
  limitDown?: string | undefined;
  uploadSlots?: string | undefined;
  maxOwners?: string | undefined;
  downloadSlots?: string | undefined;
  shareFolder?: string | undefined;
  seedFor?: string | undefined;
  clock?: string | undefined;
  discovery?: boolean | undefined;
  classic?: boolean | undefined;
  refusePlain?: boolean | undefined;
}

export const configFile = 'config.toml';
/** So few that the pieces of each become whole soon, enough that one slow reader leaves the line full. */
export const usualUploadSlots = 16;
/** Enough to fill any link of a LAN, little enough that handshakes and lists of pieces cost next to nothing. */
export const usualMaxOwners = 16;
/** So few that each is done soon, enough that one slow owner leaves the line full. */
export const usualDownloadSlots = 3;
/** Most of each: they are connections with their buffers. */
export const maxConnections = 64;
/** In the home folder, unless another is named. */
const usualShareFolder = 'shared';

/** A setting's text, and where it was said: `where` starts the message when it is wrong. */
interface Said {
  text: string;
  where: string;
  /** What a relative path starts from. */
  folder: string;
}

export type SettingKey = Exclude<keyof SettingFlags, 'home'>;

interface SettingName {
  flag: string;
  variable: string;
  /** In `config.toml`. */
  key: string;
  types: ('string' | 'number' | 'boolean')[];
}

const named = (key: string, ...types: SettingName['types']): SettingName => ({
  flag: `--${key}`,
  variable: `ROLLCALL_${key.toUpperCase().replaceAll('-', '_')}`,
  key,
  types,
});

/** What each setting is called as a flag, in the environment and in `config.toml`. */
export const settingNames: Readonly<Record<SettingKey, SettingName>> = {
  server: named('server', 'string'),
  user: named('user', 'string'),
  downloads: named('downloads', 'string'),
  peerPort: named('peer-port', 'number'),
  limitUp: named('limit-up', 'string', 'number'),
  limitDown: named('limit-down', 'string', 'number'),
  uploadSlots: named('upload-slots', 'number'),
  maxOwners: named('max-owners', 'number'),
  downloadSlots: named('download-slots', 'number'),
  shareFolder: named('share-folder', 'string'),
  seedFor: named('seed-for', 'string'),
  clock: named('clock', 'string'),
  discovery: named('discovery', 'boolean'),
  classic: named('classic', 'boolean'),
  refusePlain: named('refuse-plain', 'boolean'),
};

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

/** Parses what was said at `where`, which starts the message when it is wrong. */
export function parseSaid<T>(where: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    throw new RollcallError(error.code, `${where}: ${error.message}`, { cause: error });
  }
}

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

/** That there is no tracker, why, and how to name one. */
export const noServer = (why: string): RollcallError =>
  new RollcallError(
    'usage',
    `${why}: add --server HOST[:PORT], or set ROLLCALL_SERVER, or put server = "HOST" into config.toml`,
  );

/** @throws RollcallError `usage` that says how to give a name */
export function knownUser({ user }: Settings): UserName {
  if (user !== undefined) return user;
  throw new RollcallError(
    'usage',
    'this needs your user name: add --user NAME, or set ROLLCALL_USER, or put user = "NAME" into config.toml',
  );
}
