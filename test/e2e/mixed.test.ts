import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ForeignPeer, pythonIsHere, runForeign, startForeign } from './foreignPeer.ts';
import { type Line, rollcall, type Started, start, startTracker, temporaryFolder } from './program.ts';

const host = '127.0.0.1';
const date = '01/05/2026 14:03:00';

/** Two peers of each older system. */
const foreigners = [
  { user: 'Hal', dialect: 'hello' },
  { user: 'Hebe', dialect: 'hello' },
  { user: 'Vera', dialect: 'versioned' },
  { user: 'Vito', dialect: 'versioned', more: ['bare'] },
  { user: 'Hugo', dialect: 'hostname' },
  { user: 'Hanna', dialect: 'hostname', more: ['lines'] },
  { user: 'Faye', dialect: 'fields', more: [date, 'paths'] },
  { user: 'Finn', dialect: 'fields', more: [date] },
] as const;
type Foreigner = (typeof foreigners)[number];
const everybody = [...foreigners.map(({ user }) => user), 'Nina', 'Nick', 'Otto', 'Nora'];
type Dialect = Foreigner['dialect'];
/** One of each system. */
const firsts = foreigners.filter((_, at) => at % 2 === 0);

const folder = temporaryFolder();
const at = (...parts: string[]): string => join(folder.path, ...parts);
const shared = (user: string, name: string): Buffer => readFileSync(at(user, name));
/** A name that its owner alone has. */
const own = (user: string): string => `${user.toLowerCase()}.bin`;
const twoWords = 'two words.bin';

let tracker: Started & { address: string };
let port: string;
let helloPort: string;
let oplog: Started;
const natives = new Map<string, Started>();
const peers = new Map<string, ForeignPeer>();
/** What was said, what was answered, and after how many seconds the connection was closed. */
let crowd: Promise<[string, string, number | null][]>;

const peer = (user: string): ForeignPeer => {
  const found = peers.get(user);
  if (found === undefined) throw new Error(`${user} is not here`);
  return found;
};
const native = (user: string): Started => {
  const found = natives.get(user);
  if (found === undefined) throw new Error(`${user} is not here`);
  return found;
};

const startForeigner = async ({ user, dialect, ...rest }: Foreigner): Promise<ForeignPeer> => {
  const more = 'more' in rest ? rest.more : [];
  // One of hello's programs asks at the port that is theirs, the other at the one that is everybody's.
  const trackerPort = user === 'Hal' ? helloPort : port;
  const started = await startForeign(`${dialect}_peer.py`, host, trackerPort, user, at(user), at('got', user), ...more);
  peers.set(user, started);
  return started;
};

const share = async (user: string, ...args: string[]): Promise<void> => {
  const where = ['--server', tracker.address, '--user', user, '--home', at(`home-${user}`), '--json'];
  const started = start(['share', ...args, ...where]);
  natives.set(user, started);
  await started.line((line) => line['event'] === 'announced');
};

const ask = (...args: string[]) =>
  rollcall([...args, '--server', tracker.address, '--home', at('home-guest'), '--json']);
const get = (...args: string[]) => ask('get', ...args, '--downloads', at('downloads'));
const listed = async (): Promise<string[]> => (await ask('ls')).lines.map((line) => `${line['name']} ${line['owner']}`);

/** What a peer of an older system sees shared, a line a name, with its owner where its system tells him. */
const seen = async (user: string): Promise<string[]> => (await peer(user).tell('list')).split('\n').filter(Boolean);

/** Who has a file that takes long to fetch, of those whose programs say how long a file is. */
const slow = ['Hanna', 'Faye'];

/** How each of these programs is told to fetch. */
const fetching = (dialect: Dialect, owner: string, name: string): string => {
  if (dialect === 'fields') return `get ${owner} ${owner === 'Faye' ? at('Faye', name) : name}`;
  return dialect === 'versioned' ? `get ${name}` : `get ${name} ${owner}`;
};

const portOf = async (user: string): Promise<number> => {
  const ready = await native(user).line((line) => line['event'] === 'ready');
  return Number(ready['port']);
};

async function startOplog(oplogPort: string): Promise<number> {
  oplog = start(['oplog', '--port', oplogPort, '--log', at('operations.log'), '--json']);
  return Number((await oplog.line((line) => line['event'] === 'ready'))['port']);
}

beforeAll(async () => {
  if (!pythonIsHere) return;
  mkdirSync(at('downloads'));
  for (const user of everybody) {
    mkdirSync(at('got', user), { recursive: true });
    mkdirSync(at(user));
    writeFileSync(at(user, own(user)), randomBytes(200_000 + user.length));
    writeFileSync(at(user, 'same.txt'), `what ${user} calls by this name\n`);
    writeFileSync(at(user, `gone-${user}.txt`), 'announced, and then deleted\n');
  }
  for (const user of ['Nina', 'Finn']) writeFileSync(at(user, twoWords), randomBytes(1000));
  // So long that it takes a while on any machine.
  for (const user of slow) writeFileSync(at(user, `slow-${user}.bin`), Buffer.alloc(60_000_000, user));
  const oplogPort = await startOplog('0');
  tracker = await startTracker(folder.path, '--classic', 'all', '--hello-port', '0', '--oplog', `${host}:${oplogPort}`);
  const ready = await tracker.line((line) => line['event'] === 'ready');
  [port, helloPort] = [String(ready['port']), String(ready['helloPort'])];
  await Promise.all([
    ...foreigners.map(startForeigner),
    share('Nina', at('Nina', own('Nina')), at('Nina', 'same.txt'), at('Nina', twoWords), '--classic'),
    share('Nick', at('Nick', own('Nick')), '--classic', '--to', 'Nina'),
    share('Otto', at('Otto', own('Otto'))),
  ]);
  for (const { user } of foreigners) rmSync(at(user, `gone-${user}.txt`));
  crowd = runForeign('crowd.py', host, port, String(await portOf('Nina')));
  crowd.catch(() => undefined);
});

afterAll(async () => {
  await Promise.all([...peers.values(), ...natives.values()].map((process) => process[Symbol.asyncDispose]()));
  await tracker?.[Symbol.asyncDispose]();
  await oplog?.[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe.runIf(pythonIsHere)('a LAN of five systems', () => {
  it('answers every program as its own tracker would', () => {
    const three = <T>(reply: T): T[] => [reply, reply, reply];
    const replies: Record<Dialect, string[]> = {
      hello: ['Registration successful', ...three('Resource announced successfully')],
      versioned: ['VERSION_OK', 'REGISTERED', ...three('ANNOUNCED')],
      hostname: ['REGISTER_SUCCESS', ...three('PUBLISH_SUCCESS')],
      fields: ['0', '0', ...three('0')],
    };
    for (const { user, dialect } of foreigners) {
      expect(peer(user).greeting.slice(0, replies[dialect].length), user).toEqual(replies[dialect]);
    }
  });

  it.each(foreigners)(
    'shows $user of $dialect a native file, and $user fetches it whole',
    async ({ user, dialect }) => {
      expect((await seen(user)).filter((line) => line.startsWith(own('Nina')))).toHaveLength(1);
      const path = /^saved (.*)$/.exec(await peer(user).tell(fetching(dialect, 'Nina', own('Nina'))))?.[1];
      expect(readFileSync(path ?? '').equals(shared('Nina', own('Nina')))).toBe(true);
    },
  );

  it('lets peers of one older system fetch from each other', async () => {
    for (const [at, { user, dialect }] of foreigners.entries()) {
      const { user: owner } = foreigners[at % 2 === 0 ? at + 1 : at - 1] ?? { user };
      const path = /^saved (.*)$/.exec(await peer(user).tell(fetching(dialect, owner, own(owner))))?.[1];
      expect(readFileSync(path ?? '').equals(shared(owner, own(owner))), `${user} from ${owner}`).toBe(true);
    }
  });

  it('shows nobody of an older system what is not for everybody, or at a peer that does not answer him', async () => {
    for (const { user, dialect } of foreigners) {
      const lines = await seen(user);
      const told = everybody.filter((owner) => lines.some((line) => line.includes(own(owner))));
      const same = foreigners.filter((other) => other.dialect === dialect).map((other) => other.user);
      expect(told, user).toEqual([...same, 'Nina']);
    }
    const lines = await listed();
    expect(lines).toContain(`${own('Otto')} Otto`);
    expect(lines).not.toContain(`${own('Nick')} Nick`);
  });

  it('tells names of two words where they can be told apart, and of no dialect where they cannot', async () => {
    for (const { user, dialect } of foreigners) {
      const lines = (await seen(user)).filter((line) => line.includes('words'));
      expect(lines, user).toEqual(dialect === 'fields' ? [`${twoWords} Finn`, `${twoWords} Nina`] : []);
    }
    const path = /^saved (.*)$/.exec(await peer('Faye').tell(`get Nina ${twoWords}`))?.[1];
    expect(readFileSync(path ?? '').equals(shared('Nina', twoWords))).toBe(true);
    const { lines } = await get(twoWords, '--from', 'Finn');
    expect(readFileSync(String(lines.at(-1)?.['path'])).equals(shared('Finn', twoWords))).toBe(true);
  });

  it('lists them all to native clients, as files that nobody can verify', async () => {
    const { lines } = await ask('ls');
    for (const { user } of foreigners) {
      expect(lines.find(({ name }) => name === own(user))).toEqual({
        name: own(user),
        owner: user,
        address: host,
        port: expect.any(Number),
        size: null,
        id: null,
        kind: 'file',
        description: user.startsWith('F') ? `what ${user} says` : '',
        state: 'alive',
      });
    }
    const who = (await ask('who')).lines.map(({ user }) => user);
    expect(who).toEqual(expect.arrayContaining([...foreigners.map(({ user }) => user), 'Nina', 'Nick', 'Otto']));
  });

  it.each(foreigners)('has a native client fetch from $user of $dialect', async ({ user }) => {
    const { status, lines, stderr } = await get(own(user));
    const path = at('downloads', `downloaded_${user}_${own(user)}`);
    expect(lines.at(-1), stderr).toEqual({
      event: 'saved',
      path,
      bytes: 200_000 + user.length,
      id: null,
      verified: false,
      from: [user],
      seconds: expect.any(Number),
    });
    expect(status).toBe(0);
    expect(readFileSync(path).equals(shared(user, own(user)))).toBe(true);
  });

  it('asks whose, where several have a file of that name, and takes the one of --from', async () => {
    const unclear = await get('same.txt');
    const { choices } = unclear.lines.at(-1) as { choices: { id: string | null; owners: { user: string }[] }[] };
    const owners = choices.map(
      ({ id, owners: [owner] }) => `${owner?.user} ${id === null ? 'unverified' : 'verified'}`,
    );
    expect(unclear.status).toBe(4);
    expect(owners.sort()).toEqual([...foreigners.map(({ user }) => `${user} unverified`), 'Nina verified'].sort());
    const wanted = ['Nina', ...firsts.map(({ user }) => user)];
    const got = await Promise.all(wanted.map((user) => get('same.txt', '--from', user)));
    for (const [at, { status, lines }] of got.entries()) {
      expect(status, wanted[at]).toBe(0);
      const saved = readFileSync(String(lines.at(-1)?.['path']), 'utf8');
      expect(saved).toBe(`what ${wanted[at]} calls by this name\n`);
    }
  });

  it('serves people at the menu as well', async () => {
    const nora = start(
      ['client', tracker.address, 'Nora', '--share', at('Nora'), '--classic', '--downloads', at('got', 'Nora')],
      {
        ROLLCALL_HOME: at('home-Nora'),
      },
    );
    natives.set('Nora', nora);
    await nora.says(`Announced resource: ${own('Nora')}`);
    nora.type(`4\n${own('Hebe')}\n4\n${own('Faye')}\n`);
    for (const user of ['Hebe', 'Faye']) {
      await nora.says(`Resource '${own(user)}' downloaded and saved as 'downloaded_${user}_${own(user)}'`);
      expect(readFileSync(at('got', 'Nora', `downloaded_${user}_${own(user)}`)).equals(shared(user, own(user)))).toBe(
        true,
      );
    }
    expect(nora.stdout()).toContain('Unverified: the program of Hebe says nothing');
    expect(await peer('Vito').tell(`get ${own('Nora')}`)).toMatch(/^saved /);
  });

  it('tells each that a file is missing, and nothing is saved', async () => {
    const nina = await portOf('Nina');
    const untold: Record<Dialect, string> = {
      hello: 'no such owner',
      versioned: 'NOT_FOUND',
      hostname: 'FETCH_NOT_FOUND',
      fields: 'missing',
    };
    for (const { user, dialect } of foreigners) {
      expect(await peer(user).tell(fetching(dialect, 'Nina', 'none.bin')), user).toBe(untold[dialect]);
      expect(await peer(user).tell(`fetch ${host} ${nina} none.bin`), user).toBe('missing');
    }
    const got = await Promise.all(firsts.map(({ user }) => get(`gone-${user}.txt`)));
    for (const { status, lines, stderr } of got) {
      expect([status, lines.at(-1)?.['code']], stderr).toEqual([3, 'not-found']);
    }
    const names = [...readdirSync(at('downloads')), ...foreigners.flatMap(({ user }) => readdirSync(at('got', user)))];
    expect(names.filter((name) => /none|gone/.test(name) || name.startsWith('.'))).toEqual([]);
  });

  it('opens nothing by a path, and nothing that is not announced to everybody', async () => {
    const ports = await Promise.all(['Nina', 'Nick'].map(portOf));
    const paths = ['../same.txt', '/etc/passwd', `../Nina/${own('Nina')}`, at('Nina', 'same.txt'), own('Nick'), '.'];
    for (const { user } of foreigners) {
      for (const there of ports) {
        for (const path of paths) {
          expect(await peer(user).tell(`fetch ${host} ${there} ${path}`), `${user} ${path}`).toBe('missing');
        }
      }
      // Who does not answer older systems ends their connections, which some of them take for an empty file.
      const said = await peer(user).tell(`fetch ${host} ${await portOf('Otto')} ${own('Otto')}`);
      const [, path] = /^saved (.*)$/.exec(said) ?? [];
      if (path === undefined) expect(said, user).toMatch(/^(?:missing|refused|failed: )/);
      else expect(readFileSync(path), user).toEqual(Buffer.alloc(0));
    }
    expect((await get('../same.txt')).status).toBe(2);
  });

  it('is not disturbed by who says nothing, or half of something', async () => {
    const ends = await crowd;
    expect(ends).toHaveLength(48);
    for (const [text, said, seconds] of ends) {
      const open = text.startsWith('PROTO_VERSION 1.0');
      if (open) expect(said).toBe('VERSION_OK\nERROR REGISTER says too little\n');
      expect(seconds, `${text}: ${said}`).toEqual(open ? null : expect.toSatisfy((time: number) => time < 12));
    }
    expect(native('Nina').stderr() + tracker.stderr()).not.toMatch(/fault/i);
  });

  it('understands every message in two pieces, wherever it is cut, while its operations log dies and comes back', async () => {
    const nina = String(await portOf('Nina'));
    const pieces = runForeign<{ differ: unknown[]; tried: number }>('pieces.py', host, port, nina, own('Nina'));
    await pause(1000);
    const [, oplogPort = ''] = /"port":(\d+)/.exec(oplog.stdout()) ?? [];
    oplog.child.kill('SIGKILL');
    await oplog.ended();
    await pause(1000);
    await startOplog(oplogPort);
    const { differ, tried } = await pieces;
    expect(differ).toEqual([]);
    expect(tried).toBeGreaterThan(500);
  }, 40_000);

  it("keeps everybody's name for him, and tells others so in their own words", async () => {
    const names = { bound: 'Nina', hello: 'Hal', versioned: 'Vera', hostname: 'Hugo', fields: 'Finn' };
    const said = await runForeign<Record<Dialect, object>>('rogue.py', host, port, JSON.stringify(names));
    const refused = expect.stringMatching(/^Error: /);
    expect(said).toEqual({
      hello: {
        bound: [expect.stringMatching(/^Error: "Nina" is bound to a key/)],
        taken: [expect.stringMatching(/^Error: "Hal" is here already/)],
        forged: [refused, 'Registration successful', refused],
      },
      versioned: {
        bound: ['VERSION_OK\n', expect.stringMatching(/^ERROR "Nina" is bound to a key.*\n$/)],
        taken: [
          'VERSION_OK\n',
          expect.stringMatching(/^ERROR "Vera" is here already.*\n$/),
          expect.stringMatching(/^ERROR register first.*\n$/),
        ],
      },
      hostname: {
        bound: ['REGISTER_FAIL Hostname already exists', 'PUBLISH_FAIL Client not registered'],
        taken: ['REGISTER_FAIL Hostname already exists'],
        forged: ['REGISTER_SUCCESS', 'PUBLISH_FAIL Client not registered'],
      },
      fields: {
        bound: [1, 3, 2, 2, 2, 2],
        taken: [1, 2],
        forged: expect.toSatisfy((codes: unknown) =>
          ['4,4,3,2', 'no other address here'].some((expected) => String(codes).startsWith(expected)),
        ),
      },
    });
    expect((await listed()).filter((line) => line.startsWith('forged'))).toEqual([]);
  });

  it('strikes whoever is killed off every list', async () => {
    const here = ['Hebe', 'Vito', 'Hanna', 'Faye'];
    const left = ['Hal', 'Vera', 'Hugo', 'Finn'];
    const cut = slow.map((user) => {
      const where = ['--server', tracker.address, '--home', at('home-guest'), '--downloads', at('downloads'), '--json'];
      return start(['get', `slow-${user}.bin`, ...where, '--limit-down', '8M']);
    });
    for (const getting of cut) await getting.line(({ event }) => event === 'progress');
    const began = performance.now();
    for (const user of here) peer(user).kill();
    const goneAt = new Map<string, number>();
    while (goneAt.size < here.length && performance.now() - began < 20_000) {
      const lists = [await peer('Finn').tell('users'), await peer('Hal').tell('users'), ...(await seen('Vera'))].join();
      for (const user of here) {
        const listed = lists.includes(user) || lists.includes(own(user));
        if (!listed && !goneAt.has(user)) goneAt.set(user, performance.now() - began);
      }
      await pause(50);
    }
    for (const user of ['Vito', 'Hanna']) expect(goneAt.get(user), user).toBeLessThan(1500);
    for (const user of here) expect(goneAt.get(user), user).toBeLessThan(15_000);
    for (const getting of cut) {
      expect(await getting.ended(), getting.stdout()).toBe(7);
      expect(getting.stderr() + getting.stdout()).toContain('Nothing is kept');
    }
    expect(readdirSync(at('downloads')).filter((name) => name.includes('slow') || name.startsWith('.'))).toEqual([]);
    const rolls = await Promise.all([ask('who'), ask('ls'), ...left.map(seen)]);
    expect(here.filter((user) => JSON.stringify(rolls).includes(user))).toEqual([]);
    const who = rolls[0]?.lines.map(({ user }) => user);
    expect(who).toEqual(expect.arrayContaining([...left, 'Nina', 'Nick', 'Otto']));
  }, 40_000);

  it('sees whoever was killed again when he comes back', async () => {
    const back = foreigners.filter((_, at) => at % 2 === 1 || foreigners[at]?.user === 'Faye').slice(0, -1);
    for (const foreigner of back) {
      await startForeigner(foreigner);
      const { greeting } = peer(foreigner.user);
      // The name was kept for Faye, who has to connect all the same.
      if (foreigner.dialect === 'fields') expect(greeting.slice(0, 2)).toEqual(['1', '0']);
      expect((await seen(foreigner.user)).join(), foreigner.user).toContain(own(foreigner.user));
    }
    const lines = await listed();
    for (const { user } of back) expect(lines).toContain(`${own(user)} ${user}`);
  });

  it('remembers who did what, in which dialect, and when by his own word', async () => {
    const { lines, status } = await rollcall(['history', '--data', at('tracker'), '--json']);
    expect(status).toBe(0);
    const of = (user: string, operation: string): Line[] =>
      lines.filter((line) => line['user'] === user && line['operation'] === operation);
    for (const { user, dialect } of foreigners) {
      expect(of(user, 'connect').at(0), user).toMatchObject({ dialect, outcome: 'ok', address: host });
      expect(of(user, 'announce').length, user).toBeGreaterThanOrEqual(3);
      expect(new Set(of(user, 'announce').map(({ outcome }) => outcome)), user).toEqual(new Set(['ok']));
      const stamps = new Set(of(user, 'announce').map(({ stamp }) => stamp));
      expect([...stamps], user).toEqual([dialect === 'fields' ? date : null]);
    }
    const [announced] = of('Nina', 'announce');
    expect(announced).toMatchObject({ dialect: 'native', outcome: 'ok' });
    expect(String(announced?.['stamp'])).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)$/);
    expect(of('Hebe', 'evict')).toHaveLength(1);
    expect(of('Faye', 'evict')).toHaveLength(1);
    expect(of('Vito', 'disconnect')).toHaveLength(1);
    expect(lines.filter(({ outcome }) => outcome === 'refused').map(({ user }) => user)).toContain('Nina');
  });

  it('tells its operations log all of it, in order', async () => {
    const { lines } = await rollcall(['history', '--data', at('tracker'), '--json']);
    const expected = lines.flatMap(logged);
    const has = (): string[] => readFileSync(at('operations.log'), 'utf8').split('\n').slice(0, -1);
    for (let look = 0; look < 100 && has().length < expected.length; look++) await pause(50);
    // It was killed in the middle: what it had taken then and not yet said so, it was sent once more.
    const log = has();
    const again = log.length - expected.length;
    const differs = log.findIndex((line, at) => line !== expected[at]);
    const from = differs === -1 ? expected.length : differs;
    expect(again).toBeGreaterThanOrEqual(0);
    expect(log.slice(from, from + 2 * again)).toEqual(expected.slice(from - again, from + again));
    expect(log.slice(from + again).join('\n') === expected.slice(from).join('\n'), expected[from]).toBe(true);
    expect(existsSync(at('tracker', 'server.log'))).toBe(true);
  });
});

const words: Readonly<Record<string, string>> = {
  register: 'REGISTER',
  unregister: 'UNREGISTER',
  connect: 'CONNECT',
  disconnect: 'DISCONNECT',
  announce: 'PUBLISH',
  withdraw: 'DELETE',
  find: 'LIST_CONTENT',
  locate: 'GET_FILE',
  users: 'LIST_USERS',
  evict: 'EVICT',
};

/** The lines that an operation is in the log. */
function logged({ received, stamp, user, operation, parameters }: Line): string[] {
  const { names = [''] } = parameters as { names?: string[] };
  const two = (part: number): string => String(part).padStart(2, '0');
  const now = new Date(String(received));
  const days = [two(now.getDate()), two(now.getMonth() + 1), now.getFullYear()].join('/');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':');
  const iso = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(String(stamp));
  const when = iso === null ? (stamp ?? `${days} ${time}`) : `${iso[3]}/${iso[2]}/${iso[1]} ${iso[4]}`;
  return names.map((name) => `[${when}] ${user ?? '(nobody)'} -> ${words[String(operation)]}${name && ` ${name}`}`);
}
