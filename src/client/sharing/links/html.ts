import { createHash } from 'node:crypto';
import { safeText } from '../../../base/safeText.ts';
import type { HttpReply } from '../../../net/transport/transport.ts';

const style = `
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --ink: #1b1f24; --dim: #57606a; --line: #d8dce1;
  --deed: #0b57d0; --deed-ink: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #121417; --card: #1c1f24; --ink: #e8eaed; --dim: #a2a9b3; --line: #343a42; --deed: #a8c7fa;
    --deed-ink: #06264f; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 16px;
  background: var(--ground); color: var(--ink); font: 17px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 24px; border: 1px solid var(--line); border-radius: 16px;
  background: var(--card); }
h1 { margin: 0 0 12px; font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere; }
p { margin: 0 0 16px; overflow-wrap: anywhere; }
.said { color: var(--dim); white-space: pre-line; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 6px 16px; margin: 0 0 20px; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
.deed { display: block; padding: 14px; border-radius: 12px; background: var(--deed); color: var(--deed-ink);
  font-weight: 600; text-align: center; text-decoration: none; }
.deed:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.note { margin: 16px 0 0; color: var(--dim); font-size: 0.9rem; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Only the style above counts, nothing runs, and nobody can put the page into one of his. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from outside, as text of a page or a value in quotes: nothing in it is markup, or turns what stands beside it. */
export const escaped = (text: string): string =>
  safeText(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** A page with that title, and markup as its content. */
export function htmlPage(
  status: number,
  title: string,
  content: string,
  headers: Record<string, string> = {},
): HttpReply {
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
  const body = Buffer.from(page);
  const all = new Map(Object.entries({ ...headers, ...pageHeaders, 'content-length': String(body.length) }));
  return { status, headers: all, body };
}
