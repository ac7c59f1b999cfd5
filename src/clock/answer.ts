import { classicDate, isoDate } from '../base/dates.ts';
import type { HttpReply, HttpRequest } from '../net/transport/transport.ts';
import { preferred } from './accept.ts';

/** A moment as a machine's clock on the wall shows it. */
export interface Shown {
  /** Milliseconds since 1970 UTC. */
  wallMs: number;
  /** Minutes ahead of UTC. */
  offset: number;
  /** As in the IANA time zone database: `Europe/Berlin`. */
  zone: string;
}

/**
 * What the date service says at that moment. `/datetime` and `/fecha` are what older systems ask for: JSON with
 * `datetime`, or the bare text `dd/mm/yyyy hh:mm:ss`.
 */
export function answer({ method, path, headers }: HttpRequest, now: Shown): HttpReply {
  const accept = headers.get('accept');
  const says = pages.get(path.replace(/\?.*$/, ''));
  if (says === undefined) return problem(accept, 404, 'Not Found', 'there are /datetime, /fecha and / here');
  if (method !== 'GET' && method !== 'HEAD') {
    return problem(accept, 405, 'Method Not Allowed', 'a date can only be asked for: use GET', [
      ['allow', 'GET, HEAD'],
    ]);
  }
  return says(accept, now);
}

const pages = new Map<string, (accept: string | undefined, now: Shown) => HttpReply>([
  ['/datetime', datetime],
  ['/fecha', (_, now) => reply(200, 'text/plain', classicDate(now.wallMs, now.offset))],
  ['/', overview],
]);

function datetime(accept: string | undefined, { wallMs, offset, zone }: Shown): HttpReply {
  const text = classicDate(wallMs, offset);
  if (preferred(accept, 'application/json', 'text/plain') === 'text/plain') return reply(200, 'text/plain', text);
  return reply(200, 'application/json', JSON.stringify({ datetime: isoDate(wallMs, offset), zone, text }));
}

function overview(accept: string | undefined, { wallMs, offset, zone }: Shown): HttpReply {
  const [iso, classic] = [isoDate(wallMs, offset), classicDate(wallMs, offset)];
  if (preferred(accept, 'text/html', 'text/plain') === 'text/plain') {
    return reply(200, 'text/plain', `${iso}\n${classic}\n${zone}\n`);
  }
  const page = [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>The date</title>',
    `<h1>${classic}</h1><p>${iso}, ${zone}</p>`,
    '<p>For programs: <a href="/datetime">/datetime</a> (JSON), <a href="/fecha">/fecha</a> (text)</p></html>\n',
  ];
  return reply(200, 'text/html', page.join('\n'), [['content-security-policy', "default-src 'none'"]]);
}

function problem(
  accept: string | undefined,
  status: number,
  title: string,
  detail: string,
  headers: [string, string][] = [],
): HttpReply {
  const type = preferred(accept, 'application/problem+json', 'text/plain');
  if (type === 'text/plain') return reply(status, type, `${title}: ${detail}\n`, headers);
  return reply(status, type, JSON.stringify({ type: 'about:blank', title, status, detail }), headers);
}

/** What the time was is of no use later. */
function reply(status: number, type: string, text: string, headers: [string, string][] = []): HttpReply {
  return {
    status,
    headers: new Map([
      ['content-type', type.startsWith('text/') ? `${type}; charset=utf-8` : type],
      ['cache-control', 'no-store'],
      ['vary', 'accept'],
      ['x-content-type-options', 'nosniff'],
      ...headers,
    ]),
    body: new TextEncoder().encode(text),
  };
}
