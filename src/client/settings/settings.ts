import { RollcallError } from '../../base/errors.ts';
import type { UserName } from '../../base/names.ts';
import type { TrackerAddress } from '../addresses.ts';

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

/** Parses what was said at `where`, which starts the message when it is wrong. */
export function parseSaid<T>(where: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    throw new RollcallError(error.code, `${where}: ${error.message}`, { cause: error });
  }
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
