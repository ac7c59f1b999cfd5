import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import { openRateLimit, type RateLimit, unlimited } from '../../../src/base/rateLimit.ts';
import { type Dialect, dialects, type PeerAddress, type UnverifiedOwner } from '../../../src/base/roll.ts';
import { fetchClassic } from '../../../src/client/classic/fetchClassic.ts';
import type { Stream } from '../../../src/net/transport/transport.ts';
import { settle } from '../../support/fakeClock.ts';
import { alicePort, bytesOf, serving, shown, type Two, two } from './support.ts';

const missing = 'Error: File not found.\n';

const owner = (dialect: Dialect, more: Partial<UnverifiedOwner> = {}): UnverifiedOwner => ({
  user: userName('Alice'),
  address: '10.0.0.1',
  port: alicePort,
  state: 'alive',
  name: resourceName('test.txt'),
  modified: 0,
  dialect,
  spelling: 'test.txt',
  ...more,
});

/** Alice by hand: what she is told, and what she does then. */
async function byHand({ alice }: Two, act: (stream: Stream, request: string) => void): Promise<void> {
  const accept = (stream: Stream): void => {
    stream.open({
      data: (bytes) => act(stream, new TextDecoder().decode(bytes)),
      ended() {},
      closed() {},
    });
  };
  await alice.listenPlain({ host: '10.0.0.1', port: alicePort }, { accept });
}

interface Fetched {
  text: string;
  /** What was told before the first byte: each time. */
  sizes: (number | null)[];
  reports: PeerAddress[];
  outcome: 'done' | 'open' | RollcallError | Error;
}

/** Bob fetches, while the clock is wound. */
function fetching(
  { bob, clock }: Two,
  from: UnverifiedOwner,
  how: { limit?: RateLimit; signal?: AbortSignal; write?: () => Promise<void> } = {},
): Fetched {
  const fetched: Fetched = { text: '', sizes: [], reports: [], outcome: 'open' };
  const into = {
    begin: async (size: number | null) => void fetched.sizes.push(size),
    async write(bytes: Uint8Array) {
      await how.write?.();
      fetched.text += new TextDecoder().decode(bytes);
    },
  };
  const report = (one: PeerAddress): void => void fetched.reports.push({ address: one.address, port: one.port });
  const ports = { transport: bob, clock, limit: how.limit ?? unlimited, report };
  fetchClassic(from, into, ports, how.signal ?? new AbortController().signal).then(
    () => {
      fetched.outcome = 'done';
    },
    (error: Error) => {
      fetched.outcome = error;
    },
  );
  return fetched;
}

const failed = (code: string, message: RegExp | string = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const begins: Record<Dialect, string> = {
  hello: '',
  versioned: '',
  hostname: 'FILESIZE 11\nBEGIN_DOWNLOAD\n',
  fields: '\x0011\0',
};
const asks: Record<Dialect, string> = {
  hello: 'get test.txt',
  versioned: 'test.txt',
  hostname: 'DOWNLOAD test.txt',
  fields: 'GET_FILE\0test.txt\0',
};

describe('fetching in an older dialect', () => {
  it.each([...dialects])('asks in %s as its programs do, and takes what comes', async (dialect) => {
    const scene = two();
    const asked: string[] = [];
    await byHand(scene, (stream, request) => {
      asked.push(request);
      stream.write(`${begins[dialect]}hello `);
      stream.write('there');
      stream.end();
    });
    const fetched = fetching(scene, owner(dialect));
    await settle();
    expect(asked).toEqual([asks[dialect]]);
    const size = dialect === 'hello' || dialect === 'versioned' ? null : 11;
    expect(fetched).toEqual({ text: 'hello there', sizes: [size], reports: [], outcome: 'done' });
    expect(scene.clock.waiting).toBe(0);
  });

  it.each([...dialects])('fetches in %s from a peer of ours', async (dialect) => {
    const scene = two(1);
    await serving(scene, shown({ 'test.txt': 'hello there', empty: '' }));
    const fetched = fetching(scene, owner(dialect));
    await scene.clock.wind(1000);
    expect(fetched).toMatchObject({ text: 'hello there', outcome: 'done' });
  });

  it.each([...dialects])('says in %s that the file is not there', async (dialect) => {
    const scene = two(1);
    await serving(scene, shown({}));
    const fetched = fetching(scene, owner(dialect));
    await scene.clock.wind(1000);
    expect(fetched.outcome).toEqual(failed('not-found', /^Alice has no 'test\.txt' any more/));
    expect(fetched.sizes).toEqual([]);
    expect(fetched.reports).toEqual([]);
  });

  it('asks by the spelling of the owner', async () => {
    const scene = two();
    const alice = shown({ '/home/alice/test.txt': 'x' });
    await serving(scene, alice);
    const fetched = fetching(scene, owner('fields', { spelling: '/home/alice/test.txt' }));
    await scene.clock.wind(100);
    expect(alice.asked[0]?.[0]).toBe('/home/alice/test.txt');
    expect(fetched.outcome).toBe('done');
  });

  it('asks nobody for a spelling that says more than a name', async () => {
    const scene = two();
    const fetched = fetching(scene, owner('hello', { spelling: 'a\nget b' }));
    await settle();
    expect(fetched.outcome).toEqual(failed('bad-message'));
  });

  it.each<[Dialect, string]>([
    ['hello', ''],
    ['hostname', 'FILESIZE 0\nBEGIN_DOWNLOAD\n'],
    ['fields', '\x000\0'],
  ])('takes an empty file in %s', async (dialect, answer) => {
    const scene = two();
    await byHand(scene, (stream) => {
      stream.write(answer);
      stream.end();
    });
    const fetched = fetching(scene, owner(dialect));
    await settle();
    expect(fetched).toMatchObject({ text: '', outcome: 'done' });
    expect(fetched.sizes).toHaveLength(1);
  });

  it('takes a file that begins as the text of a missing one does', async () => {
    const scene = two();
    await byHand(scene, (stream) => {
      for (const letter of `${missing}, said she`) stream.write(letter);
      stream.end();
    });
    const fetched = fetching(scene, owner('hello'));
    await settle();
    expect(fetched).toMatchObject({ text: `${missing}, said she`, outcome: 'done' });
  });

  it.each<Dialect>(['hostname', 'fields'])(
    'is unfinished in %s where fewer bytes come than were told',
    async (dialect) => {
      const scene = two();
      await byHand(scene, (stream) => {
        stream.write(`${begins[dialect]}hello`);
        stream.end();
      });
      const fetched = fetching(scene, owner(dialect));
      await settle();
      expect(fetched.outcome).toEqual(failed('unfinished', 'closed after 5 B of 11 B .* Nothing is kept'));
    },
  );

  it.each<Dialect>(['hostname', 'fields'])('ends in %s with more bytes than were told', async (dialect) => {
    const scene = two();
    await byHand(scene, (stream) => {
      stream.write(`${begins[dialect]}hello there, and more`);
      stream.end();
    });
    const fetched = fetching(scene, owner(dialect));
    await settle();
    expect(fetched.outcome).toEqual(failed('bad-content', 'more of .* than the 11 B'));
  });

  it('notices bytes too many that come after the last one, too', async () => {
    const scene = two();
    await byHand(scene, (stream) => {
      stream.write(`${begins.fields}hello there`);
      scene.clock.after(100, () => stream.write('more'));
    });
    const fetched = fetching(scene, owner('fields'));
    await scene.clock.wind(99);
    expect(fetched.outcome).toBe('open');
    await scene.clock.wind(10);
    expect(fetched.outcome).toEqual(failed('bad-content'));
  });

  it('is done 5 s after the last byte that was told where the other side does not close', async () => {
    const scene = two();
    await byHand(scene, (stream) => stream.write(`${begins.fields}hello there`));
    const fetched = fetching(scene, owner('fields'));
    await scene.clock.wind(5000);
    expect(fetched).toMatchObject({ text: 'hello there', outcome: 'done', reports: [] });
  });

  it.each([...dialects])('is unfinished in %s where the connection breaks', async (dialect) => {
    const scene = two();
    await byHand(scene, (stream) => stream.write(`${begins[dialect]}hello`));
    const fetched = fetching(scene, owner(dialect));
    await settle();
    scene.sever();
    await settle();
    expect(fetched.outcome).toEqual(failed('unfinished', 'lost after 5 B'));
    expect(fetched.reports).toEqual([]);
  });

  it.each([...dialects])('is unreachable in %s where the connection breaks before an answer', async (dialect) => {
    const scene = two();
    await byHand(scene, () => {});
    const fetched = fetching(scene, owner(dialect));
    await settle();
    scene.sever();
    await settle();
    expect(fetched.outcome).toEqual(failed('unreachable', 'lost without an answer'));
    expect(fetched.reports).toEqual([{ address: '10.0.0.1', port: alicePort }]);
  });

  it.each<Dialect>(['hostname', 'fields'])('is unreachable in %s where it ends without an answer', async (dialect) => {
    const scene = two();
    await byHand(scene, (stream) => stream.end());
    const fetched = fetching(scene, owner(dialect));
    await settle();
    expect(fetched.outcome).toEqual(failed('unreachable', 'closed without an answer'));
    expect(fetched.reports).toHaveLength(1);
  });

  it.each([...dialects])(
    'gives an owner up in %s after 15 s of silence, and says so to the tracker',
    async (dialect) => {
      const scene = two();
      await byHand(scene, (stream) => stream.write(`${begins[dialect]}hello`));
      const fetched = fetching(scene, owner(dialect));
      await scene.clock.wind(14_999);
      expect(fetched.outcome).toBe('open');
      await scene.clock.wind(1);
      expect(fetched.outcome).toEqual(failed('unfinished', 'nothing came for 15 s'));
      expect(fetched.reports).toHaveLength(1);
      expect(scene.clock.waiting).toBe(0);
    },
  );

  it('is unreachable after 15 s without any answer', async () => {
    const scene = two();
    await byHand(scene, () => {});
    const fetched = fetching(scene, owner('hello'));
    await scene.clock.wind(15_000);
    expect(fetched.outcome).toEqual(failed('unreachable', 'nothing came for 15 s without an answer'));
  });

  it('is unreachable where nobody listens, and after 5 s where nobody answers', async () => {
    const scene = two();
    const first = fetching(scene, owner('hello'));
    await settle();
    expect(first.outcome).toEqual(
      failed('unreachable', 'cannot be fetched from Alice: nothing answers at 10.0.0.1:4000; look at the list again'),
    );
    scene.cut();
    const second = fetching(scene, owner('hello'));
    await scene.clock.wind(4999);
    expect(second.outcome).toBe('open');
    await scene.clock.wind(1);
    expect(second.outcome).toEqual(failed('unreachable', 'no answer in 5 s'));
    expect([first, second].flatMap(({ reports }) => reports)).toHaveLength(2);
    expect(scene.clock.waiting).toBe(0);
  });

  it.each<[Dialect, string | Uint8Array]>([
    ['hostname', 'HTTP/1.1 400 Bad Request\r\n'],
    ['hostname', Uint8Array.of(0, 1, 2, 254, 255)],
    ['fields', 'HTTP/1.1 400 Bad Request\r\n'],
    ['fields', Uint8Array.of(9)],
  ])('refuses in %s an answer of another program', async (dialect, answer) => {
    const scene = two();
    await byHand(scene, (stream) => stream.write(answer));
    const fetched = fetching(scene, owner(dialect));
    await settle();
    expect(fetched.outcome).toEqual(failed('bad-message'));
    expect(fetched.sizes).toEqual([]);
  });

  it.each<[Dialect, string, string]>([
    ['hostname', 'ERROR Invalid request\n', 'Alice does not hand out \'test.txt\': "Invalid request"'],
    ['fields', '\x02', "Alice does not hand out 'test.txt'. Try"],
  ])('tells of a failure at the owner in %s', async (dialect, answer, message) => {
    const scene = two();
    await byHand(scene, (stream) => stream.write(answer));
    const fetched = fetching(scene, owner(dialect));
    await settle();
    expect(fetched.outcome).toEqual(failed('refused', message));
  });

  it('keeps to the limit on what comes in', async () => {
    const scene = two();
    await byHand(scene, (stream) => {
      for (let count = 0; count < 10; count++) stream.write('x'.repeat(1000));
      stream.end();
    });
    const fetched = fetching(scene, owner('hello'), { limit: openRateLimit(1000, scene.clock) });
    await scene.clock.wind(5000);
    expect(fetched.outcome).toBe('open');
    expect(fetched.text.length).toBeLessThanOrEqual(6000);
    await scene.clock.wind(5000);
    expect(fetched).toMatchObject({ outcome: 'done', reports: [] });
    expect(fetched.text).toHaveLength(10_000);
  });

  it('does not take its own slow disk for silence of the owner', async () => {
    const scene = two();
    let written = (): void => {};
    await byHand(scene, (stream) => {
      stream.write('hello');
      stream.end();
    });
    const write = (): Promise<void> =>
      new Promise((resolve) => {
        written = resolve;
      });
    const fetched = fetching(scene, owner('hello'), { write });
    await scene.clock.wind(60_000);
    expect(fetched.outcome).toBe('open');
    written();
    await settle();
    expect(fetched).toMatchObject({ text: 'hello', outcome: 'done' });
  });

  it('ends with what its receiver fails with', async () => {
    const scene = two();
    await byHand(scene, (stream) => stream.write('hello'));
    const full = new Error('full');
    const fetched = fetching(scene, owner('hello'), { write: () => Promise.reject(full) });
    await settle();
    expect(fetched.outcome).toBe(full);
  });

  it('stops at once when it is told to, whatever it waits for', async () => {
    const reason = new Error('stop');
    for (const act of [(stream: Stream) => stream.write('hello'), () => {}]) {
      const scene = two();
      const stop = new AbortController();
      await byHand(scene, act);
      const fetched = fetching(scene, owner('hello'), { signal: stop.signal });
      await settle();
      stop.abort(reason);
      await settle();
      expect(fetched.outcome).toBe(reason);
      expect(fetched.reports).toEqual([]);
      expect(scene.clock.waiting).toBe(0);
    }
  });

  it('waits for the last write before it is over', async () => {
    const scene = two();
    let written = (): void => {};
    await byHand(scene, (stream) => stream.write(bytesOf('hello')));
    const write = (): Promise<void> =>
      new Promise((resolve) => {
        written = resolve;
      });
    const stop = new AbortController();
    const fetched = fetching(scene, owner('hello'), { write, signal: stop.signal });
    await settle();
    stop.abort(new RollcallError('interrupted', 'stop'));
    await settle();
    expect(fetched.outcome).toBe('open');
    written();
    await settle();
    expect(fetched.outcome).toEqual(failed('interrupted'));
  });
});
