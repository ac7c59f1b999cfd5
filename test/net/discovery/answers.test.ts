import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/base/ids.ts';
import { trackersIn } from '../../../src/net/discovery/answers.ts';
import { linksOf } from '../../../src/net/discovery/links.ts';
import type { MdnsRecord } from '../../../src/net/discovery/mdns.ts';
import { goodbyeOf, recordsOf } from '../../../src/net/discovery/records.ts';
import { link, message } from '../../support/fakeMdns.ts';

const key = fingerprint('3f2a9c01'.repeat(8));
const tracker = { name: 'lab-pc', port: 7450, fingerprint: key };
const from = { address: '10.0.0.1', port: 5353 };
const here = link();
const said = (records: readonly MdnsRecord[], sender = from, on = here) => trackersIn(message(records), sender, on);
const found = (...args: Parameters<typeof said>) =>
  said(...args).flatMap((one) => (one.heard === 'here' ? [one.tracker] : []));
const records = recordsOf(tracker, ['10.0.0.1']);
/** The records, with those of a type changed. */
const changed = (type: string, change: (record: MdnsRecord) => Partial<MdnsRecord>, all = records): MdnsRecord[] =>
  all.map((record) => (record.type === type ? { ...record, ...change(record) } : record));
const hostOf = (addresses: string[], on = here): string | undefined =>
  found(recordsOf(tracker, addresses), from, on)[0]?.host;

describe('an answer', () => {
  it('names the tracker that announced itself', () => {
    const [ptr, ...rest] = records;
    if (ptr === undefined) throw new Error('no records');
    const whole = { name: 'lab-pc (3f2a9c01)', host: '10.0.0.1', port: 7450, fingerprint: key };
    expect(found(records)).toEqual([whole]);
    expect(trackersIn(message([ptr], rest), from, here)).toMatchObject([{ heard: 'here', tracker: whole }]);
    expect(found(records.map((record) => ({ ...record, name: record.name.toUpperCase() })))).toEqual([whole]);
  });

  it('names every tracker of a message', () => {
    const other = recordsOf({ name: 'other', port: 7451, fingerprint: key }, ['10.0.0.2']);
    expect(found([...records, ...other]).map(({ host, port }) => `${host}:${port}`)).toEqual([
      '10.0.0.1:7450',
      '10.0.0.2:7451',
    ]);
  });

  it('takes a tracker back', () => {
    expect(said(goodbyeOf(records))).toEqual([{ heard: 'gone', instance: 'lab-pc (3f2a9c01)._rollcall._tcp.local' }]);
  });

  it.each([
    ['from another network', { address: '10.0.1.1', port: 5353 }],
    ['from no responder', { address: '10.0.0.1', port: 5354 }],
  ])('%s is not heard', (_, sender) => {
    expect(said(records, sender)).toEqual([]);
  });

  it('says nothing where a record is missing that belongs to it', () => {
    for (const type of ['PTR', 'SRV', 'TXT', 'A']) {
      expect(said(records.filter((record) => record.type !== type))).toEqual([]);
    }
  });

  it.each([
    ['SRV', { data: { port: 0, target: 'x.local' } }],
    ['SRV', { data: { port: 65_536, target: 'x.local' } }],
    ['SRV', { data: { port: 7450.5, target: 'x.local' } }],
    ['SRV', { data: { port: '7450', target: 'x.local' } }],
    ['SRV', { data: { port: 7450 } }],
    ['SRV', { data: null }],
    ['TXT', { data: ['v=1'] }],
    ['TXT', { data: [`fp=${key}`] }],
    ['TXT', { data: ['v=2', `fp=${key}`] }],
    ['TXT', { data: ['v=1', `fp=${key.slice(1)}`] }],
    ['TXT', { data: ['v=1', 'fp=../etc/passwd'] }],
    ['TXT', { data: ['v=1', `fp=${key}`, `x=${'y'.repeat(400)}`] }],
    ['TXT', { data: 'v=1' }],
    ['TXT', { data: undefined }],
    ['A', { data: '8.8.8.8' }],
    ['A', { data: '127.0.0.1' }],
    ['A', { data: '0.0.0.0' }],
    ['A', { data: '224.0.0.1' }],
    ['A', { data: 'evil.example' }],
    ['A', { data: 167_772_161 }],
    ['A', { ttl: 0 }],
    ['PTR', { data: '_rollcall._tcp.local' }],
    ['PTR', { data: 'lab-pc (3f2a9c01)._http._tcp.local' }],
    ['PTR', { data: 7 }],
    ['PTR', { name: '_http._tcp.local' }],
  ])('with a bad %s names nobody: %j', (type, change) => {
    expect(found(changed(type, () => change))).toEqual([]);
  });

  it('gives the first of several values of a key, in whatever case it is written', () => {
    const txt = (...data: string[]): MdnsRecord[] => changed('TXT', () => ({ data }));
    expect(found(txt(`FP=${key.toUpperCase()}`, 'V=1', `fp=${'0'.repeat(64)}`, 'v=2', 'flag', '=x'))).toMatchObject([
      { fingerprint: key },
    ]);
  });

  it('shows no control characters of a name, and no name that is too long for a label', () => {
    const named = (name: string): MdnsRecord[] => {
      const instance = `${name}._rollcall._tcp.local`;
      return records.map((record) =>
        record.type === 'PTR'
          ? { ...record, data: instance }
          : record.type === 'A'
            ? record
            : { ...record, name: instance },
      );
    };
    expect(found(named('\u001b[31mred\u202e'))).toMatchObject([{ name: '\\u{1b}[31mred\\u{202e}' }]);
    expect(found(named('é'.repeat(31)))).toHaveLength(1);
    expect(found(named('é'.repeat(32)))).toEqual([]);
  });

  it('is reached where it came from, else by IPv4, and never off the network', () => {
    const [both] = linksOf({
      eth0: [
        { address: '10.0.0.9', cidr: '10.0.0.9/24', netmask: '', family: 'IPv4', mac: 'x', internal: false },
        { address: 'fd00::9', cidr: 'fd00::9/64', netmask: '', family: 'IPv6', mac: 'x', internal: false, scopeid: 0 },
      ],
    });
    expect(hostOf(['10.0.0.2', '10.0.0.1'])).toBe('10.0.0.1');
    expect(hostOf(['8.8.8.8', '10.0.0.2', '10.0.0.3'])).toBe('10.0.0.2');
    expect(hostOf(['fd00::2', '10.0.0.2'], both)).toBe('10.0.0.2');
    expect(hostOf(['fd01::2', 'fd00::2'], both)).toBe('fd00::2');
    expect(hostOf(['fd00::2'])).toBeUndefined();
  });

  it('gives a loopback address on a machine that is on no network alone', () => {
    const own = link('lo', '127.0.0.1/8');
    const heard = trackersIn(message(recordsOf(tracker, ['127.0.0.1'])), { address: '127.0.0.1', port: 5353 }, own);
    expect(heard).toMatchObject([{ tracker: { host: '127.0.0.1' } }]);
  });

  it('of thousands of records is read in the time of its first few hundred', () => {
    const many = Array.from({ length: 5000 }, (_, at): MdnsRecord[] => {
      const instance = `${at}._rollcall._tcp.local`;
      return records.map((one) => ({ ...one, ...(one.type === 'PTR' ? { data: instance } : { name: instance }) }));
    }).flat();
    const floods = [many, many.map((one) => ({ ...one, data: 'same._rollcall._tcp.local' }))].map((one) =>
      message(one),
    );
    const before = performance.now();
    for (const flood of floods) expect(trackersIn(flood, from, here).length).toBeLessThan(256);
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('of garbage names nobody, and fails at nothing', () => {
    const anything = fc.oneof(fc.anything(), fc.constantFrom('PTR', 'SRV', 'TXT', 'A', '_rollcall._tcp.local', 0));
    const record = fc.record({ name: anything, type: anything, ttl: anything, data: anything });
    fc.assert(
      fc.property(fc.array(record), (garbage) => {
        const read = { questions: [], answers: garbage as MdnsRecord[], additionals: garbage as MdnsRecord[] };
        expect(trackersIn(read, from, here).filter(({ heard }) => heard === 'here')).toEqual([]);
      }),
    );
  });
});
