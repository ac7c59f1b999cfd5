import { describe, expect, it } from 'vitest';
import { type Caller, refusal } from '../../src/web/guard.ts';
import { allowedHosts, siteUrl } from '../../src/web/hosts.ts';

const hosts = allowedHosts({ host: '127.0.0.1', port: 8080 }, ['box.lan']);
const caller = (more: Partial<Caller>): Caller => ({
  method: 'GET',
  host: '127.0.0.1:8080',
  origin: undefined,
  fetchSite: undefined,
  fetchMode: undefined,
  page: false,
  ...more,
});
const passes = (more: Partial<Caller>): boolean => refusal(caller(more), hosts) === undefined;

describe('the guard of a site', () => {
  it.each(['127.0.0.1:8080', 'localhost:8080', 'LOCALHOST:8080', '[::1]:8080', 'box.lan:8080'])(
    'answers %s',
    (host) => {
      expect(passes({ host })).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:8080',
    '127.0.0.1',
    '127.0.0.1:8081',
    'localhost',
    '127.0.0.1:8080.evil.example',
    'localhost.evil.example:8080',
    'a@127.0.0.1:8080',
    '[::1]',
    '0.0.0.0:8080',
  ])('refuses the host %s', (host) => {
    expect(passes({ host })).toBe(false);
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])('takes the origin %s', (origin) => {
    expect(passes({ origin })).toBe(true);
  });

  it.each([
    'http://evil.example',
    'http://localhost:3000',
    'https://127.0.0.1:8080',
    'null',
    '',
    'http://127.0.0.1:8080/',
  ])('refuses the origin "%s"', (origin) => {
    expect(passes({ origin })).toBe(false);
    expect(passes({ origin, page: true, fetchSite: 'cross-site', fetchMode: 'navigate' })).toBe(false);
  });

  it.each(['cross-site', 'same-site', 'anything'])(
    'refuses what a browser marks as %s, but for a link to the page',
    (fetchSite) => {
      expect(passes({ fetchSite })).toBe(false);
      expect(passes({ fetchSite, page: true, fetchMode: 'no-cors' })).toBe(false);
      expect(passes({ fetchSite, fetchMode: 'navigate' })).toBe(false);
      expect(passes({ fetchSite, page: true, fetchMode: 'navigate', method: 'POST' })).toBe(false);
      expect(passes({ fetchSite, page: true, fetchMode: 'navigate' })).toBe(true);
    },
  );

  it('takes what a browser marks as its own or typed by a person', () => {
    expect(passes({ fetchSite: 'same-origin' })).toBe(true);
    expect(passes({ fetchSite: 'none', page: true })).toBe(true);
  });
});

describe('the hosts of a site', () => {
  it('are without a port where a browser leaves it out', () => {
    expect(allowedHosts({ host: '::1', port: 80 }, []).has('[::1]')).toBe(true);
  });

  it('hold the address that it listens on, and never the one for all addresses', () => {
    expect(allowedHosts({ host: '192.168.1.10', port: 7451 }, []).has('192.168.1.10:7451')).toBe(true);
    expect(allowedHosts({ host: '0.0.0.0', port: 7451 }, []).has('0.0.0.0:7451')).toBe(false);
    expect(allowedHosts({ host: '::', port: 7451 }, []).has('[::]:7451')).toBe(false);
  });

  it('make an address that a browser takes', () => {
    expect(siteUrl({ host: '::1', port: 7451 })).toBe('http://[::1]:7451/');
    expect(siteUrl({ host: '127.0.0.1', port: 7451 })).toBe('http://127.0.0.1:7451/');
  });
});
