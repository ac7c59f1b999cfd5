import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trackerAddress } from '../../../src/client/addresses.ts';
import { discoveryOf, loadSettings } from '../../../src/client/settings/loadSettings.ts';
import { knownUser, noServer } from '../../../src/client/settings/settings.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rollcall-settings-'));
});
afterEach(() => rm(home, { recursive: true }));

const cwd = resolve('/somewhere');
const config = (text: string): Promise<void> => writeFile(join(home, 'config.toml'), text);

describe('loadSettings', () => {
  it('takes a flag before the environment, that before the file, and that before the default', async () => {
    await config('user = "File"');
    const env = { ROLLCALL_USER: 'Env' };
    expect((await loadSettings({ home, user: 'Flag' }, env, cwd)).user).toBe('Flag');
    expect((await loadSettings({ home }, env, cwd)).user).toBe('Env');
    expect((await loadSettings({ home }, {}, cwd)).user).toBe('File');
    await config('');
    expect((await loadSettings({ home }, {}, cwd)).user).toBeUndefined();
  });

  it('reads every setting from the environment', async () => {
    const env = {
      ROLLCALL_SERVER: '[::1]:7000',
      ROLLCALL_USER: 'Ann',
      ROLLCALL_HOME: home,
      ROLLCALL_DOWNLOADS: 'loads',
      ROLLCALL_PEER_PORT: '5000',
      ROLLCALL_LIMIT_UP: '5M',
      ROLLCALL_LIMIT_DOWN: '2000',
      ROLLCALL_UPLOAD_SLOTS: '8',
      ROLLCALL_MAX_OWNERS: '3',
      ROLLCALL_DOWNLOAD_SLOTS: '2',
      ROLLCALL_SHARE_FOLDER: 'mine',
      ROLLCALL_SEED_FOR: '10m',
      ROLLCALL_CLOCK: 'http://lab:7452',
      ROLLCALL_DISCOVERY: 'false',
      ROLLCALL_CLASSIC: '1',
      ROLLCALL_REFUSE_PLAIN: '1',
    };
    expect(await loadSettings({}, env, cwd)).toEqual({
      server: { host: '::1', port: 7000 },
      user: 'Ann',
      home,
      downloads: join(cwd, 'loads'),
      peerPort: 5000,
      limitUp: 5_242_880,
      limitDown: 2000,
      uploadSlots: 8,
      maxOwners: 3,
      downloadSlots: 2,
      shareFolder: join(cwd, 'mine'),
      seedForMs: 600_000,
      clock: 'http://lab:7452',
      discovery: false,
      classic: true,
      refusePlain: true,
    });
  });

  it('reads every setting but the home from config.toml, and starts its paths there', async () => {
    await config(
      'server = "lab"\nuser = "Ann"\ndownloads = "loads"\npeer-port = 5000\nlimit-up = "5M"\nlimit-down = 2000\n' +
        'upload-slots = 8\nmax-owners = 3\ndownload-slots = 2\nshare-folder = "mine"\nseed-for = "none"\nclock = "https://lab/fecha"\ndiscovery = false\n' +
        'classic = true\nrefuse-plain = true\n',
    );
    expect(await loadSettings({ home }, {}, cwd)).toEqual({
      server: { host: 'lab', port: 7450 },
      user: 'Ann',
      home,
      downloads: join(home, 'loads'),
      peerPort: 5000,
      limitUp: 5_242_880,
      limitDown: 2000,
      uploadSlots: 8,
      maxOwners: 3,
      downloadSlots: 2,
      shareFolder: join(home, 'mine'),
      seedForMs: undefined,
      clock: 'https://lab/fecha',
      discovery: false,
      classic: true,
      refusePlain: true,
    });
  });

  it('saves in the current folder, limits nothing and lets the system choose a port where nothing was said', async () => {
    expect(await loadSettings({ home }, {}, cwd)).toEqual({
      server: undefined,
      user: undefined,
      home,
      downloads: cwd,
      peerPort: 0,
      limitUp: undefined,
      limitDown: undefined,
      uploadSlots: 16,
      maxOwners: 16,
      downloadSlots: 3,
      shareFolder: join(home, 'shared'),
      seedForMs: 0,
      clock: undefined,
      discovery: true,
      classic: false,
      refusePlain: false,
    });
  });

  it('lets a flag speak to older programs where the environment does not', async () => {
    expect((await loadSettings({ home, classic: true }, { ROLLCALL_CLASSIC: 'false' }, cwd)).classic).toBe(true);
    expect((await loadSettings({ home }, { ROLLCALL_CLASSIC: '0' }, cwd)).classic).toBe(false);
  });

  it('takes an empty variable for one that is not set', async () => {
    expect((await loadSettings({ home }, { ROLLCALL_SERVER: '' }, cwd)).server).toBeUndefined();
  });

  it('has a home of the platform where none was named', async () => {
    expect((await loadSettings({}, {}, cwd)).home).toMatch(/rollcall/);
  });

  it('has a tracker looked for, and announced, unless that is switched off', async () => {
    expect((await loadSettings({ home }, {}, cwd)).discovery).toBe(true);
    expect((await loadSettings({ home }, { ROLLCALL_DISCOVERY: 'false' }, cwd)).discovery).toBe(false);
    expect([{}, { ROLLCALL_DISCOVERY: '' }, { ROLLCALL_DISCOVERY: '1' }].map(discoveryOf)).toEqual([true, true, true]);
    expect(discoveryOf({ ROLLCALL_DISCOVERY: '0' })).toBe(false);
    expect(() => discoveryOf({ ROLLCALL_DISCOVERY: 'off' })).toThrow(
      'ROLLCALL_DISCOVERY: "off" is neither true nor false',
    );
  });

  it.each([
    [
      'sevrer = "lab"',
      /config\.toml: "sevrer" is no setting; there are server, user, downloads, peer-port, limit-up, limit-down, upload-slots, max-owners, download-slots, share-folder, seed-for, clock, discovery, classic/,
    ],
    ['server = 7450', /config\.toml: "server" has to be a string/],
    ['peer-port = "high"', /config\.toml: "peer-port" has to be a number/],
    ['limit-up = true', /config\.toml: "limit-up" has to be a string or a number/],
    ['limit-up = 0', /config\.toml: "limit-up": "0" is no limit in bytes a second: give 1k or more/],
    ['classic = "yes"', /config\.toml: "classic" has to be a boolean/],
    ['clock = "lab"', /config\.toml: "clock": "lab" is no address of a date service: write http:\/\/HOST:PORT/],
    ['peer-port = 80', /config\.toml: "peer-port": "80" is no port/],
    ['user = "a/b"', /config\.toml: "user": "a\/b" cannot be a user name/],
    ['server = "lab', /config\.toml, line 1: Invalid TOML/],
    ['__proto__ = "x"', /config\.toml: "__proto__" is no setting/],
  ])('names the file and the key in %j', async (text, message) => {
    await config(text);
    await expect(loadSettings({ home }, {}, cwd)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [{ server: 'a b' }, {}, /^--server: "a b"/],
    [{ user: '' }, {}, /^--user: /],
    [{ peerPort: '70000' }, {}, /^--peer-port: "70000" is no port: give a number from 1024 to 65535, or 0/],
    [{}, { ROLLCALL_SERVER: 'lab:0' }, /^ROLLCALL_SERVER: "0" is no port: give a number from 1 to/],
    [{}, { ROLLCALL_PEER_PORT: '1023' }, /^ROLLCALL_PEER_PORT: "1023"/],
    [{ limitDown: 'fast' }, {}, /^--limit-down: "fast" is no limit in bytes a second/],
    [{ uploadSlots: '0' }, {}, /^--upload-slots: "0" is no number from 1 to 64/],
    [{ maxOwners: '65' }, {}, /^--max-owners: "65" is no number from 1 to 64/],
    [{ maxOwners: '1.5' }, {}, /^--max-owners: "1.5" is no number/],
    [{ seedFor: 'long' }, {}, /^--seed-for: "long" is no duration, nor "none": write it as 500ms, 2s, 1m, 3h or 90d/],
    [{ seedFor: '577h' }, {}, /^--seed-for: "577h" is too long: give 576h or less/],
    [{}, { ROLLCALL_CLASSIC: 'yes' }, /^ROLLCALL_CLASSIC: "yes" is neither true nor false/],
    [{ clock: 'ftp://lab' }, {}, /^--clock: "ftp:\/\/lab" is no address of a date service/],
    [{}, { ROLLCALL_SEED_FOR: '5' }, /^ROLLCALL_SEED_FOR: "5" is no duration/],
  ])('names where the wrong text of %j %j was said', async (flags, env, message) => {
    await expect(loadSettings({ home, ...flags }, env, cwd)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    });
  });

  it('says so where config.toml cannot be read', async () => {
    await mkdir(join(home, 'config.toml'));
    await expect(loadSettings({ home }, {}, cwd)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching('cannot read'),
    });
  });
});

describe('trackerAddress', () => {
  it.each([
    ['lab', 'lab', 7450],
    ['lab:7000', 'lab', 7000],
    ['192.168.1.10', '192.168.1.10', 7450],
    ['192.168.1.10:1', '192.168.1.10', 1],
    ['::1', '::1', 7450],
    ['[::1]', '::1', 7450],
    ['[::1]:65535', '::1', 65535],
    ['[fe80::1%eth0]:7000', 'fe80::1%eth0', 7000],
    ['fe80::1', 'fe80::1', 7450],
    ['::ffff:192.168.1.10', '::ffff:192.168.1.10', 7450],
    ['bücher.lan:80', 'bücher.lan', 80],
  ])('reads %j', (text, host, port) => {
    expect(trackerAddress(text)).toEqual({ host, port });
  });

  it.each(['', ' ', ':7450', 'lab:', 'lab:x', 'http://lab', 'lab/x', '[lab]', '[::1', '[::1]x', 'a:b:c:d', 'u@lab'])(
    'refuses %j',
    (text) => {
      expect(() => trackerAddress(text)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );
});

describe('what a command cannot do without', () => {
  it('is asked for with every way to say it', async () => {
    const settings = await loadSettings({ home }, {}, cwd);
    expect(noServer('none').message).toMatch(
      /^none: add --server HOST\[:PORT\], or set ROLLCALL_SERVER, or put server/,
    );
    expect(() => knownUser(settings)).toThrow(/--user NAME, or set ROLLCALL_USER, or put user/);
  });
});
