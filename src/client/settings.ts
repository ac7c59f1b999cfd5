import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { byteRate } from '../base/byteRate.ts';
import { RollcallError } from '../base/errors.ts';
import { type UserName, userName } from '../base/names.ts';
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
  /**
   * Milliseconds that a `get` serves others after its end, and then until the last request ends; nothing: it serves
   * nobody.
   */
  seedForMs: number | undefined;
}

export interface TrackerAddress {
  host: string;
  port: number;
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
  seedFor?: string | undefined;
}

export const configFile = 'config.toml';
export const trackerPort = 7450;
/** Ports below belong to the system, and no tracker lists a peer there. */
const minPeerPort = 1024;
const maxPort = 65_535;
/** So few that the pieces of each become whole soon, enough that one slow reader leaves the line full. */
export const usualUploadSlots = 16;
/** Enough to fill any link of a LAN, little enough that handshakes and lists of pieces cost next to nothing. */
export const usualMaxOwners = 16;
/** Most of either: each is a connection with its buffers. */
const maxConnections = 64;

/** A setting's text, and where it was said: `where` starts the message when it is wrong. */
interface Said {
  text: string;
  where: string;
  /** What a relative path starts from. */
  folder: string;
}

type Key = Exclude<keyof SettingFlags, 'home'>;

const named = (key: string, ...types: ('string' | 'number')[]) => ({
  flag: `--${key}`,
  variable: `ROLLCALL_${key.toUpperCase().replaceAll('-', '_')}`,
  key,
  types,
});

const names: Record<Key, ReturnType<typeof named>> = {
  server: named('server', 'string'),
  user: named('user', 'string'),
  downloads: named('downloads', 'string'),
  peerPort: named('peer-port', 'number'),
  limitUp: named('limit-up', 'string', 'number'),
  limitDown: named('limit-down', 'string', 'number'),
  uploadSlots: named('upload-slots', 'number'),
  maxOwners: named('max-owners', 'number'),
  seedFor: named('seed-for', 'string'),
};

/** @throws RollcallError `usage` that names the flag, the variable, or the file and its key */
export async function loadSettings(flags: SettingFlags, env: NodeJS.ProcessEnv, cwd: string): Promise<Settings> {
  const home = resolve(cwd, flags.home || env['ROLLCALL_HOME'] || (await defaultHome()));
  const file = await readConfig(home);
  const said = (key: Key): Said | undefined => {
    const { flag, variable } = names[key];
    const typed = flags[key];
    if (typed !== undefined) return { text: typed, where: flag, folder: cwd };
    const inherited = env[variable];
    return inherited ? { text: inherited, where: variable, folder: cwd } : file.get(key);
  };
  const downloads = said('downloads');
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
    seedForMs: seedFor === undefined ? 0 : read(seedFor, seedForMs),
  };
}

/** @throws RollcallError `usage` */
function connections(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= 1 && count <= maxConnections) return count;
  throw new RollcallError('usage', `"${text}" is no number from 1 to ${maxConnections}`);
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

async function readConfig(home: string): Promise<Map<Key, Said>> {
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

function configEntry(path: string, home: string, key: string, value: unknown): [Key, Said] {
  for (const [setting, { key: known, types }] of Object.entries(names) as [Key, (typeof names)[Key]][]) {
    if (known !== key) continue;
    if (types.some((type) => typeof value === type)) {
      return [setting, { text: String(value), where: `${path}: "${key}"`, folder: home }];
    }
    throw new RollcallError('usage', `${path}: "${key}" has to be a ${types.join(' or a ')}`);
  }
  const known = Object.values(names).map((name) => name.key);
  throw new RollcallError('usage', `${path}: "${key}" is no setting; there are ${known.join(', ')}`);
}

/** `HOST`, `HOST:PORT`, `::1`, `[::1]` or `[::1]:PORT`. @throws RollcallError `usage` */
export function trackerAddress(text: string): TrackerAddress {
  const bare = isIpv6(text) ? text : undefined;
  const {
    bracketed,
    host = bracketed,
    port,
  } = /^(?:\[(?<bracketed>[^\]]+)\]|(?<host>[\p{L}\p{N}._-]+))(?::(?<port>\d+))?$/u.exec(text)?.groups ?? {};
  const found = bare ?? host;
  if (found === undefined || (bracketed !== undefined && !isIpv6(bracketed))) {
    throw new RollcallError(
      'usage',
      `"${text}" is no tracker's address: give HOST, HOST:PORT or [IPV6]:PORT, as in 192.168.1.10:${trackerPort}`,
    );
  }
  return { host: found, port: port === undefined ? trackerPort : portNumber(port, 1) };
}

/** With or without a zone, as in `fe80::1%eth0`. */
function isIpv6(text: string): boolean {
  const [address = '', zone] = text.split('%');
  return (
    /^[0-9a-fA-F:.]+$/.test(address) && address.includes(':') && zone !== '' && URL.canParse(`http://[${address}]`)
  );
}

/** @throws RollcallError `usage` */
const peerPort = (text: string): number => listeningPort(text, minPeerPort);

/** A port to listen on. @throws RollcallError `usage` */
export function listeningPort(text: string, lowest: number): number {
  if (/^0+$/.test(text)) return 0;
  return portNumber(text, lowest, ', or 0 to let the system choose');
}

/** @throws RollcallError `usage` */
function portNumber(text: string, lowest: number, orElse = ''): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= lowest && port <= maxPort) return port;
  throw new RollcallError('usage', `"${text}" is no port: give a number from ${lowest} to ${maxPort}${orElse}`);
}

/** @throws RollcallError `usage` that says how to name a tracker */
export function knownServer({ server }: Settings): TrackerAddress {
  if (server !== undefined) return server;
  throw new RollcallError(
    'usage',
    'no tracker was named: add --server HOST[:PORT], or set ROLLCALL_SERVER, or put server = "HOST" into config.toml',
  );
}

/** @throws RollcallError `usage` that says how to give a name */
export function knownUser({ user }: Settings): UserName {
  if (user !== undefined) return user;
  throw new RollcallError(
    'usage',
    'this needs your user name: add --user NAME, or set ROLLCALL_USER, or put user = "NAME" into config.toml',
  );
}
