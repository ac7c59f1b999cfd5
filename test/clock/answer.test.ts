import { describe, expect, it } from 'vitest';
import { answer } from '../../src/clock/answer.ts';

const now = { wallMs: Date.UTC(2026, 4, 1, 12, 3, 0, 123), offset: 120, zone: 'Europe/Berlin' };
const [iso, classic] = ['2026-05-01T14:03:00.123+02:00', '01/05/2026 14:03:00'];

function ask(path: string, accept?: string, method = 'GET') {
  const { status, headers, body } = answer({ method, path, headers: new Map(accept ? [['accept', accept]] : []) }, now);
  if (!(body instanceof Uint8Array)) throw new Error('no body');
  return { status, headers, type: headers.get('content-type'), text: new TextDecoder().decode(body) };
}

describe('the date service', () => {
  it('tells the date in JSON, with its zone', () => {
    const { status, type, text } = ask('/datetime');
    expect([status, type]).toEqual([200, 'application/json']);
    expect(JSON.parse(text)).toEqual({ datetime: iso, zone: 'Europe/Berlin', text: classic });
  });

  it('tells it as text to who prefers that, and to nobody else', () => {
    expect(ask('/datetime', 'text/plain')).toMatchObject({ type: 'text/plain; charset=utf-8', text: classic });
    expect(ask('/datetime', 'text/plain;q=0.5, */*').type).toBe('application/json');
  });

  it('tells it as text at /fecha, whatever is accepted', () => {
    for (const accept of [undefined, '*/*', 'application/json']) {
      expect(ask('/fecha', accept)).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8', text: classic });
    }
  });

  it('tells both and the zone at /, as a page or as text', () => {
    const page = ask('/', 'text/html,*/*;q=0.8');
    expect(page.type).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none'");
    const text = ask('/', 'text/plain');
    expect(text.type).toBe('text/plain; charset=utf-8');
    for (const told of [iso, classic, 'Europe/Berlin']) {
      expect(page.text).toContain(told);
      expect(text.text).toContain(told);
    }
  });

  it('minds no query', () => {
    expect(ask('/fecha?x=1').text).toBe(classic);
  });

  it('lets nobody keep what it said', () => {
    for (const path of ['/', '/datetime', '/fecha', '/nowhere']) {
      expect(ask(path).headers.get('cache-control')).toBe('no-store');
    }
  });

  it('knows no other path, and says which it knows', () => {
    const told = ask('/time');
    expect([told.status, told.type]).toEqual([404, 'application/problem+json']);
    expect(JSON.parse(told.text)).toMatchObject({ type: 'about:blank', status: 404, title: 'Not Found' });
    expect(ask('/time', 'text/plain')).toMatchObject({ status: 404, type: 'text/plain; charset=utf-8' });
    expect(ask('/time', 'text/plain').text).toContain('/datetime');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('does nothing on %s but say what it does', (method) => {
    const told = ask('/datetime', undefined, method);
    expect([told.status, told.type, told.headers.get('allow')]).toEqual([405, 'application/problem+json', 'GET, HEAD']);
    expect(ask('/datetime', 'text/plain', method).text).toMatch(/^Method Not Allowed/);
  });

  it('says to HEAD what it says to GET', () => {
    expect(ask('/datetime', undefined, 'HEAD')).toEqual(ask('/datetime'));
  });
});
