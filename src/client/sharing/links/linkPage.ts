import { sizeText } from '../../../base/sizeText.ts';
import type { HttpReply } from '../../../net/transport/transport.ts';
import { escaped, htmlPage } from './html.ts';

/** What somebody sees who opens a link. */
export interface LinkFacts {
  name: string;
  description: string;
  /** Bytes. */
  size: number;
  /** Who shares it, where he goes by a name. */
  owner: string | undefined;
  /** Milliseconds since 1970. */
  ends: number;
  /** How often it may be fetched, and how often yet; no end where missing. */
  uses?: { all: number; left: number } | undefined;
  /** False where anybody on the way could have changed the page. */
  encrypted: boolean;
  /** Where the file is, at this peer. */
  path: string;
}

/** A page with a button, for any browser: it runs nothing. */
export function linkPage(facts: LinkFacts): HttpReply {
  const { name, description, size, owner, ends, uses, encrypted, path } = facts;
  const rows: [string, string][] = [
    ['Size', escaped(sizeText(size))],
    ...(owner === undefined ? [] : [['From', `<bdi>${escaped(owner)}</bdi>`] satisfies [string, string]]),
    ['Good until', escaped(momentText(ends))],
    ...(uses === undefined ? [] : [['Downloads', `${uses.left} of ${uses.all} left`] satisfies [string, string]]),
  ];
  const listed = rows.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('\n');
  const said = description === '' ? '' : `<p class="said" dir="auto">${escaped(description)}</p>\n`;
  const note = encrypted
    ? ''
    : '\n<p class="note">This page is not encrypted: others on this network can read along, and could change what comes.</p>';
  return htmlPage(
    200,
    name,
    `<h1 dir="auto">${escaped(name)}</h1>
${said}<dl>
${listed}
</dl>
<a class="deed" href="${escaped(path)}" download="${escaped(name)}">Download</a>${note}`,
  );
}

/** By this machine's clock and zone, which the page names, since the phone may be in another. */
function momentText(ms: number): string {
  const parts = { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-GB', { ...parts, timeZoneName: 'short' }).format(ms);
}
