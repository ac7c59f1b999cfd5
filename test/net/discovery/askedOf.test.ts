import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/base/ids.ts';
import { createAskedOf } from '../../../src/net/discovery/askedOf.ts';
import type { MdnsRecord, Question } from '../../../src/net/discovery/mdns.ts';
import { recordsOf } from '../../../src/net/discovery/records.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { link } from '../../support/fakeMdns.ts';

const tracker = { name: 'lab-pc', port: 7450, fingerprint: fingerprint('a'.repeat(64)) };
const served = recordsOf(tracker, ['10.0.0.9']);
const neighbour = { address: '10.0.0.1', port: 5353 };
const service: Question = { name: '_rollcall._tcp.local', type: 'PTR' };
const instance = 'lab-pc (aaaaaaaa)._rollcall._tcp.local';

const guard = () => {
  const clock = new FakeClock();
  const askedOf = createAskedOf(link(), clock);
  const ask = (questions: Question[], answers: MdnsRecord[] = [], from = neighbour): Question[] =>
    askedOf({ questions, answers, additionals: [] }, from, served);
  return { clock, ask };
};

describe('a question', () => {
  it('is answered where it is about the tracker, in whatever case', () => {
    const { ask } = guard();
    const about = [
      service,
      { name: '_RollCall._TCP.local', type: 'PTR' },
      { name: instance, type: 'SRV' },
      { name: instance, type: 'ANY' },
    ];
    for (const one of about) expect(ask([one])).toEqual([one]);
    for (const one of [
      { name: '_http._tcp.local', type: 'PTR' },
      { name: '_rollcall._tcp.local', type: 'A' },
      { name: '__proto__', type: 'toString' },
    ]) {
      expect(ask([one])).toEqual([]);
    }
  });

  it('is answered once a message, however often it is asked in it', () => {
    const { ask } = guard();
    expect(ask(Array.from({ length: 5000 }, () => service))).toHaveLength(1);
  });

  it('is not looked for behind 32 others', () => {
    const { ask } = guard();
    const others = Array.from({ length: 32 }, () => ({ name: 'x.local', type: 'A' }));
    expect(ask([...others, service])).toEqual([]);
    expect(ask([...others.slice(1), service])).toEqual([service]);
  });

  it('from another network is not answered', () => {
    expect(guard().ask([service], [], { address: '10.0.1.1', port: 5353 })).toEqual([]);
  });

  it('whose answer is known is not answered, unless it is known for less than half of its life', () => {
    const { ask } = guard();
    const known = { name: '_rollcall._tcp.local', type: 'PTR', data: instance };
    expect(ask([service], [{ ...known, ttl: 2250 }])).toEqual([]);
    expect(ask([service], [{ ...known, ttl: 2249 }])).toEqual([service]);
    expect(ask([service], [{ ...known, data: `other.${service.name}`, ttl: 4500 }])).toEqual([service]);
  });

  it('is one of at most 40 at once and 20 a second, whoever asks', async () => {
    const { clock, ask } = guard();
    const answered = (times: number): number =>
      Array.from({ length: times }, () => ask([service]).length).reduce((sum, count) => sum + count, 0);
    expect(answered(1000)).toBe(40);
    await clock.wind(1000);
    expect(answered(1000)).toBe(20);
    await clock.wind(60_000);
    expect(answered(1000)).toBe(40);
  });
});
