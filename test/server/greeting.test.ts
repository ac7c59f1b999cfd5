import { describe, expect, it } from 'vitest';
import { greeting, readyLine } from '../../src/server/greeting.ts';
import { key } from './support/brain.ts';

const serving = { host: '0.0.0.0', port: 7450, fingerprint: key('a'), data: '/data' };
const entry = { netmask: '', mac: '', cidr: null };
const interfaces = {
  lo: [{ ...entry, address: '127.0.0.1', family: 'IPv4' as const, internal: true }],
  eth0: [
    { ...entry, address: '192.168.1.5', family: 'IPv4' as const, internal: false },
    { ...entry, address: 'fd00::5', family: 'IPv6' as const, internal: false, scopeid: 0 },
    { ...entry, address: 'fe80::5', family: 'IPv6' as const, internal: false, scopeid: 2 },
  ],
};

describe('the greeting', () => {
  it('says where others reach the tracker, and the command to join', () => {
    const text = greeting(serving, interfaces);
    expect(text).toContain('Others reach it at 192.168.1.5.');
    expect(text).toContain('rollcall client 192.168.1.5 <your name>');
  });

  it('names the port where it is not the usual one', () => {
    expect(greeting({ ...serving, port: 8000 }, interfaces)).toContain('rollcall client 192.168.1.5:8000 <your name>');
  });

  it('shows IPv6 addresses that need no zone, where the tracker listens on IPv6', () => {
    const text = greeting({ ...serving, host: '::', port: 8000 }, interfaces);
    expect(text).toContain('192.168.1.5:8000, [fd00::5]:8000.');
    expect(text).not.toContain('fe80');
  });

  it('says that nobody else can reach a tracker on loopback', () => {
    const text = greeting({ ...serving, host: '127.0.0.1' }, interfaces);
    expect(text).toContain('Only programs on this machine can reach it');
    expect(text).toContain('rollcall client 127.0.0.1 <your name>');
  });

  it('says whether clients find it by themselves, to a person and to a program', () => {
    const line = 'Clients on the same network find it by themselves';
    for (const announced of [true, false]) {
      expect(greeting({ ...serving, announced }, interfaces).includes(line)).toBe(announced);
      expect(JSON.parse(readyLine({ ...serving, announced }))).toMatchObject({ announced });
    }
  });

  it('names the port of its own that older programs may ask at', () => {
    const line = 'hello dialect find it on UDP port 12345';
    expect(greeting({ ...serving, helloPort: 12_345 }, interfaces)).toContain(line);
    expect(greeting({ ...serving, port: 12_345, helloPort: 12_345 }, interfaces)).not.toContain(line);
  });

  it('says where the page is, and whom it is for', () => {
    const page = { host: '127.0.0.1', port: 7451 };
    expect(greeting({ ...serving, page }, interfaces)).toContain(
      'page is at http://127.0.0.1:7451/, for this machine.',
    );
    expect(JSON.parse(readyLine({ ...serving, page }))).toMatchObject({ httpHost: '127.0.0.1', httpPort: 7451 });
  });

  it('says where the token of a page for others is, and that nothing is encrypted', () => {
    const page = { host: '0.0.0.0', port: 7451, tokenFile: '/data/page-token' };
    const text = greeting({ ...serving, page }, interfaces);
    expect(text).toContain('http://192.168.1.5:7451/ and wants the token in /data/page-token.');
    expect(text).toContain('not encrypted');
  });

  it('for a program is one line of JSON', () => {
    const line = readyLine(serving);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual({
      event: 'ready',
      host: '0.0.0.0',
      port: 7450,
      fingerprint: 'a'.repeat(64),
      data: '/data',
    });
  });
});
