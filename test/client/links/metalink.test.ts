import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXml, metalink } from '../../../src/client/links/metalink.ts';

const leaf = (digit: string): Buffer => Buffer.from(digit.repeat(64), 'hex');
const text = (...args: Parameters<typeof metalink>): string => [...metalink(...args)].join('');

describe('a Metalink', () => {
  it('is as RFC 5854 has it, the best address first', () => {
    const urls = ['https://10.0.0.1:1/content/x?ticket=a', 'https://[::1]:2/content/x?ticket=b&c'];
    expect(
      text({ name: 'film <1> & "2".mkv', size: 20_000, leaves: Buffer.concat([leaf('a'), leaf('b')]), urls }),
    ).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <generator>rollcall/0.1.0</generator>
  <file name="film &lt;1&gt; &amp; &quot;2&quot;.mkv">
    <size>20000</size>
    <url priority="1">https://10.0.0.1:1/content/x?ticket=a</url>
    <url priority="2">https://[::1]:2/content/x?ticket=b&amp;c</url>
    <pieces type="sha-256" length="16384">
      <hash>${'a'.repeat(64)}</hash>
      <hash>${'b'.repeat(64)}</hash>
    </pieces>
  </file>
</metalink>
`,
    );
  });

  it('names the hash of the whole file where the file is a single leaf', () => {
    const content = Buffer.from('abc');
    const leaves = createHash('sha256').update(content).digest();
    const hash = leaves.toString('hex');
    expect(text({ name: 'a', size: 3, leaves, urls: [] })).toContain(`    <hash type="sha-256">${hash}</hash>\n`);
    expect(text({ name: 'a', size: 16_385, leaves: Buffer.concat([leaves, leaves]), urls: [] })).not.toContain(
      '<hash type',
    );
  });

  it('of an empty file has no pieces', () => {
    const empty = text({ name: 'a', size: 0, leaves: new Uint8Array(), urls: [] });
    expect(empty).not.toContain('hash');
    expect(empty).toContain('<size>0</size>');
  });

  it('has every hash in its place, and none of a large file all at once', () => {
    const leaves = Buffer.concat(
      Array.from({ length: 5000 }, (_, at) => createHash('sha256').update(`${at}`).digest()),
    );
    const chunks = [...metalink({ name: 'a', size: 5000 * 16_384, leaves, urls: [] })];
    const found = chunks.join('').match(/<hash>[0-9a-f]{64}<\/hash>/g) ?? [];
    expect(found.map((tag) => tag.slice(6, -7)).join('')).toBe(leaves.toString('hex'));
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(100_000);
  });
});

describe('text in XML', () => {
  const parsed = (xml: string): string =>
    xml
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&');

  it('reads as it was, and has nothing that XML would take for its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const xml = escapeXml(name);
        expect(xml).not.toMatch(/[<>"']|&(?!(?:#\d+|lt|gt|quot|apos|amp);)/);
        expect(parsed(xml)).toBe(name);
      }),
    );
  });

  it('loses what XML cannot say', () => {
    expect(escapeXml('a\u0000b\uD800c\uFFFEd\u001be')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe');
    expect(escapeXml('a\tb\nc🎉')).toBe('a&#9;b&#10;c🎉');
  });
});
