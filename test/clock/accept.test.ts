import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preferred } from '../../src/clock/accept.ts';

const [json, text] = ['application/json', 'text/plain'];

describe('of JSON and text', () => {
  it.each([
    [undefined, json],
    ['*/*', json],
    ['', json],
    ['application/json', json],
    ['text/plain', text],
    ['TEXT/Plain', text],
    ['text/plain; charset=utf-8', text],
    ['text/*', text],
    ['text/plain, application/json', json],
    ['application/json, text/plain, */*', json],
    ['text/plain, */*', text],
    ['text/plain;q=0.9, application/json', json],
    ['text/plain, application/json;q=0.9', text],
    ['application/json;q=0.1,text/plain;q=0.11', text],
    ['text/plain;q=0, */*', json],
    ['application/json;q=0, */*;q=0.1', text],
    ['text/plain;q=0.5, text/*;q=1, application/json;q=0.6', json],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', json],
    ['application/json;q=7, text/plain;q=0.2', text],
    ['image/png', json],
    ['nonsense ;;; q', json],
  ])('who accepts %s gets %s', (accept, type) => {
    expect(preferred(accept, json, text)).toBe(type);
  });

  it('whatever a caller says gets one of them', () => {
    fc.assert(
      fc.property(fc.string(), (accept) => {
        expect([json, text]).toContain(preferred(accept, json, text));
      }),
    );
  });
});
