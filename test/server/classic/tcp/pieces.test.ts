import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { memoryNetwork } from '../../../../src/net/transport/memory.ts';
import { createAddressBuckets } from '../../../../src/server/classic/addressBuckets.ts';
import { maxAlike, maxCountedAddresses, maxListRows, maxToldNames } from '../../../../src/server/classic/limits.ts';
import { rowsOf } from '../../../../src/server/classic/listing.ts';
import { createOmissions } from '../../../../src/server/classic/omissions.ts';
import { nameOf } from '../../../../src/server/classic/resource.ts';
import { createPause } from '../../../../src/server/classic/tcp/pause.ts';
import { lookFor } from '../../../../src/server/classic/tcp/signOfLife.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';
import { seededRandom } from '../../../support/random.ts';
import { recordingLog } from '../../support/brain.ts';

describe('dialling for a sign of life', () => {
  const failing = (code: string) => ({
    dialPlain: async () => {
      throw new RollcallError('unreachable', 'no', { cause: Object.assign(new Error(code), { code }) });
    },
  });
  const at = { host: '10.0.0.1', port: 5001 };

  it.each([
    ['ECONNREFUSED', 'refuses'],
    ['ECONNRESET', 'refuses'],
    ['EHOSTUNREACH', 'silence'],
    ['ENETUNREACH', 'silence'],
    ['ETIMEDOUT', 'silence'],
    ['EMFILE', 'unknown'],
    ['EADDRNOTAVAIL', 'unknown'],
  ])('takes %s for: %s', async (code, sign) => {
    expect(await lookFor(at, failing(code), new FakeClock())).toBe(sign);
  });

  it('takes a connection for a sign and closes it, and nothing within 2.5 s for silence', async () => {
    const clock = new FakeClock();
    const network = memoryNetwork({ clock, random: seededRandom(1) });
    let closed = 0;
    await network.at('10.0.0.1').listenPlain(at, {
      accept: (stream) =>
        stream.open({
          data: () => {},
          closed: () => {
            closed += 1;
          },
        }),
    });
    const dialler = network.at('10.0.0.9');
    expect(await lookFor(at, dialler, clock)).toBe('listens');
    await settle();
    expect(closed).toBe(1);
    network.cut('10.0.0.1');
    let sign: string | undefined;
    void lookFor(at, dialler, clock).then((found) => {
      sign = found;
    });
    await clock.wind(2499);
    expect(sign).toBeUndefined();
    await clock.wind(1);
    expect(sign).toBe('silence');
    expect(clock.waiting).toBe(0);
  });
});

describe('the name of a path', () => {
  it.each([
    ['a.txt', 'a.txt'],
    ['/home/alice/a.txt', 'a.txt'],
    ['C:\\docs\\a.txt', 'a.txt'],
    ['./a.txt', 'a.txt'],
    ['a', 'a'],
    ['.hidden', '.hidden'],
  ])('of %j is %j', (path, name) => {
    expect(nameOf(path, () => false)).toBe(name);
  });

  it.each([
    ['a.txt', 'a (2).txt'],
    ['a', 'a (2)'],
    ['.hidden', '.hidden (2)'],
    ['a.tar.gz', 'a.tar (2).gz'],
  ])('%j is %j where it is taken', (path, name) => {
    expect(nameOf(path, (other) => other === path)).toBe(name);
  });

  it('is refused where it is too long with its number, or too many are alike', () => {
    const long = `${'x'.repeat(251)}.txt`;
    expect(nameOf(long, () => false)).toBe(long);
    expect(() => nameOf(long, (name) => name === long)).toThrow('longer than 255 bytes');
    let looks = 0;
    const everywhere = (): boolean => {
      looks += 1;
      return true;
    };
    expect(() => nameOf('a', everywhere)).toThrow('which is the limit');
    expect(looks).toBeLessThan(50);
  });

  it('has the least number that is free, found in a few looks', () => {
    const taken = new Set(['a']);
    for (let count = 2; count <= maxAlike; count++) {
      let looks = 0;
      const name = nameOf('a', (other) => {
        looks += 1;
        return taken.has(other);
      });
      expect(name).toBe(`a (${count})`);
      expect(looks).toBeLessThan(50);
      taken.add(name);
    }
  });
});

describe('the buckets of addresses', () => {
  it('make an address wait for what it asks over its rate, and forget nobody too early', () => {
    let now = 0;
    const buckets = createAddressBuckets(() => now);
    expect(buckets.take('one', 5000)).toBe(0);
    expect(buckets.take('one', 1000)).toBe(1000);
    expect(buckets.take('two', 20)).toBe(0);
    now = 500;
    expect(buckets.take('one', 0)).toBe(500);
    buckets.giveBack('one', 500);
    expect(buckets.take('one', 0)).toBe(0);
    for (let count = 0; count < maxCountedAddresses - 1; count++) buckets.take(`other ${count}`, 1);
    expect(buckets.take('one', 1)).toBe(1);
    for (let count = 0; count < maxCountedAddresses; count++) buckets.take(`another ${count}`, 1);
    expect(buckets.take('one', 1)).toBe(0);
  });
});

describe('a list', () => {
  it('ends at its limit, however many there are', async () => {
    let asked = 0;
    const endless = async ({ limit = 0 }): Promise<{ rows: number[]; next: string }> => {
      asked += 1;
      return { rows: Array.from({ length: limit }, () => asked), next: String(asked) };
    };
    let rows = 0;
    for await (const _ of rowsOf(endless)) rows += 1;
    expect(rows).toBe(maxListRows);
    expect(asked).toBe(20);
  });
});

it('a name is told of once, and of no more than a limit', () => {
  const { log, lines } = recordingLog();
  const omissions = createOmissions(log);
  omissions.leftOut('hostname', 'a b');
  omissions.leftOut('hostname', 'a b');
  omissions.leftOut('fields', 'a b');
  omissions.cut('hostname', 'a b');
  expect(lines).toHaveLength(3);
  for (let count = 0; count < 2 * maxToldNames; count++) omissions.leftOut('fields', `${count} x`);
  expect(lines).toHaveLength(maxToldNames);
});

describe('a pause', () => {
  it('is over 50 ms after the last byte', async () => {
    const clock = new FakeClock();
    let pauses = 0;
    const pause = createPause(clock, () => {
      pauses += 1;
    });
    pause.begin();
    await clock.wind(49);
    pause.begin();
    await clock.wind(49);
    expect(pauses).toBe(0);
    await clock.wind(1);
    expect(pauses).toBe(1);
    pause.begin();
    pause[Symbol.dispose]();
    await clock.wind(100);
    expect(pauses).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  it('is none where this process stood still, and bytes wait in the socket', async () => {
    const timers: (() => void)[] = [];
    const after = (_: number, act: () => void): Disposable => {
      timers.push(act);
      return { [Symbol.dispose]: () => {} };
    };
    let pauses = 0;
    const pause = createPause({ now: () => 0, wall: () => 0, after }, () => {
      pauses += 1;
    });
    pause.begin();
    timers[0]?.();
    pause.begin();
    await settle();
    expect(pauses).toBe(0);
    timers[1]?.();
    await settle();
    expect(pauses).toBe(1);
  });
});
