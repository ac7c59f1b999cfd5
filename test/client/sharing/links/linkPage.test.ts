import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { type LinkFacts, linkPage } from '../../../../src/client/sharing/links/linkPage.ts';
import { forBrowser } from '../../../../src/client/sharing/links/refusalPage.ts';
import { problem, reply } from '../../../../src/client/sharing/serve/replies.ts';
import type { HttpReply } from '../../../../src/net/transport/transport.ts';
import { type PeerProblemCode, peerProblems } from '../../../../src/net/wire/peer.ts';

const facts: LinkFacts = {
  name: 'holiday.jpg',
  description: 'the beach',
  size: 2_400_000,
  owner: 'Bob',
  ends: Date.UTC(2030, 0, 1, 12, 30),
  encrypted: true,
  path: '/l/AbCdEfGh12345678/file',
};
const textOf = ({ body }: HttpReply): string => Buffer.from(body as Uint8Array).toString();
const page = (change: Partial<LinkFacts> = {}): string => textOf(linkPage({ ...facts, ...change }));

describe('the page of a link', () => {
  it('tells what there is, and leads to it', () => {
    const text = page({ uses: { all: 3, left: 2 } });
    for (const said of ['<h1 dir="auto">holiday.jpg</h1>', 'the beach', '2.4 MB', '<bdi>Bob</bdi>', '2 of 3 left']) {
      expect(text).toContain(said);
    }
    expect(text).toMatch(/<dd>\d+ (December|January) 20(29|30) at \d\d:\d\d \S+<\/dd>/);
    expect(text).toContain('<a class="deed" href="/l/AbCdEfGh12345678/file" download="holiday.jpg">Download</a>');
    expect(text).not.toContain('not encrypted');
  });

  it('leaves out what there is not, and says where it is not encrypted', () => {
    const text = page({ owner: undefined, description: '', encrypted: false });
    expect(text).not.toMatch(/From|Downloads|class="said"/);
    expect(text).toContain('This page is not encrypted');
  });

  it.each<[name: string, shown: string]>([
    ['<script>alert(1)</script>.txt', '&lt;script&gt;alert(1)&lt;/script&gt;.txt'],
    ['" onclick="x', '&quot; onclick=&quot;x'],
    ["it's & co", 'it&#39;s &amp; co'],
    ['</title><img src=x>', '&lt;/title&gt;&lt;img src=x&gt;'],
    ['photo\u202Egpj.exe', 'photo\\u{202e}gpj.exe'],
    ['\u0001\u001b[31m', '\\u{1}\\u{1b}[31m'],
    ['סרט חדש.mkv', 'סרט חדש.mkv'],
    ['报告 👩‍🔬.pdf', '报告 👩‍🔬.pdf'],
  ])('shows %j as text, whatever it is of', (name, shown) => {
    const text = page({ name, description: name, owner: name });
    expect(text).toContain(`<title>${shown}</title>`);
    expect(text).toContain(`<h1 dir="auto">${shown}</h1>`);
    expect(text).toContain(`<p class="said" dir="auto">${shown}</p>`);
    expect(text).toContain(`<bdi>${shown}</bdi>`);
    expect(text).toContain(`download="${shown}"`);
    if (shown !== name) expect(text).not.toContain(name);
  });

  it('may run nothing, load nothing, and be framed by nobody; its own style alone counts', () => {
    const { headers, status } = linkPage(facts);
    const style = /<style>([\s\S]*)<\/style>/.exec(page())?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-length': String(Buffer.byteLength(page())),
    });
    expect(page()).not.toMatch(/<script|style="|\son\w+=|url\(|https?:/);
  });
});

const asks = (accept?: string): Parameters<typeof forBrowser>[0] => ({
  method: 'GET',
  path: '/l/AbCdEfGh12345678',
  headers: new Map(accept === undefined ? [] : [['accept', accept]]),
});
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('a refusal', () => {
  test.each(Object.keys(peerProblems) as PeerProblemCode[])(
    'of %s is a page for a browser, with its status',
    (code) => {
      const refused = problem(code, 'the link <b>has</b> expired', { 'retry-after': '2' });
      const shown = forBrowser(asks(browser), refused);
      expect([shown.status, shown.headers.get('content-type')]).toEqual([
        peerProblems[code],
        'text/html; charset=utf-8',
      ]);
      expect([shown.headers.get('retry-after'), shown.headers.get('cache-control')]).toEqual(['2', 'no-store']);
      expect(textOf(shown)).toContain('<p>The link &lt;b&gt;has&lt;/b&gt; expired.</p>');
      expect(shown.headers.get('content-length')).toBe(String(Buffer.byteLength(textOf(shown))));
    },
  );

  it('is a problem for a program', () => {
    const refused = problem('ticket-refused', 'the link has expired');
    for (const accept of [undefined, '*/*', 'application/problem+json']) {
      expect(forBrowser(asks(accept), refused)).toBe(refused);
    }
  });

  it('is told from an answer that is none', () => {
    for (const answer of [reply(200, {}, Buffer.from('bytes')), reply(304, {}), reply(404, {}, Buffer.from('other'))]) {
      expect(forBrowser(asks(browser), answer)).toBe(answer);
    }
  });
});
