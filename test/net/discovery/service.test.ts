import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/base/ids.ts';
import { goodbyeOf, recordsOf } from '../../../src/net/discovery/records.ts';
import { instanceName } from '../../../src/net/discovery/service.ts';

const key = fingerprint('3f2a9c01'.repeat(8));
const named = (name: string, port = 7450): string => instanceName({ name, port, fingerprint: key });

describe('the name of a tracker', () => {
  it('is that of its machine with the first digits of its key, and the port where it is not the usual one', () => {
    expect(named('lab-pc')).toBe('lab-pc (3f2a9c01)');
    expect(named('lab-pc.example.org')).toBe('lab-pc (3f2a9c01)');
    expect(named('lab-pc', 8000)).toBe('lab-pc:8000 (3f2a9c01)');
  });

  it('is one label of DNS whatever the machine is called', () => {
    for (const name of ['', '.', ' ', 'x'.repeat(500), '日'.repeat(40), '👩‍🔬'.repeat(20)]) {
      for (const port of [1, 7450, 65_535]) {
        const given = named(name, port);
        expect(Buffer.byteLength(given)).toBeLessThanOrEqual(63);
        expect(given).not.toMatch(/\.|\uFFFD/);
      }
    }
    expect(named('')).toBe('tracker (3f2a9c01)');
  });
});

describe('the records of a tracker', () => {
  const tracker = { name: 'lab-pc', port: 7450, fingerprint: key };
  const records = recordsOf(tracker, ['10.0.0.1', 'fd00::1']);
  const target = 'rollcall-3f2a9c013f2a9c01-7450.local';

  it('lead from the service to its key and its addresses', () => {
    expect(records).toMatchObject([
      { name: '_rollcall._tcp.local', type: 'PTR', data: 'lab-pc (3f2a9c01)._rollcall._tcp.local' },
      { name: 'lab-pc (3f2a9c01)._rollcall._tcp.local', type: 'SRV', data: { port: 7450, target } },
      { name: 'lab-pc (3f2a9c01)._rollcall._tcp.local', type: 'TXT', data: ['v=1', `fp=${key}`] },
      { name: '_services._dns-sd._udp.local', type: 'PTR', data: '_rollcall._tcp.local' },
      { name: target, type: 'A', data: '10.0.0.1' },
      { name: target, type: 'AAAA', data: 'fd00::1' },
    ]);
  });

  it('are taken back but for the one that other trackers share', () => {
    const goodbye = goodbyeOf(records);
    expect(goodbye.map(({ ttl }) => ttl)).toEqual([0, 0, 0, 0, 0]);
    expect(goodbye.some(({ name }) => name.startsWith('_services'))).toBe(false);
  });
});
