import type { HttpReply, HttpRequest } from '../../../net/transport/transport.ts';
import { decodeProblem, type PeerProblemCode } from '../../../net/wire/peer.ts';
import { escaped, htmlPage } from './html.ts';

/** What stands above the reason. */
const titles: Readonly<Record<PeerProblemCode, string>> = {
  malformed: 'This cannot be answered',
  'ticket-missing': 'Nothing to see here',
  'ticket-refused': 'This link cannot be used',
  'plain-refused': 'Not without encryption',
  'not-found': 'Nothing here',
  'no-piece': 'Not all of it is here yet',
  'method-not-allowed': 'This cannot be answered',
  changed: 'The file has changed',
  'range-not-satisfiable': 'This cannot be answered',
  busy: 'Not just now',
  fault: 'Something went wrong',
};

/** A refusal as a page for a person, where a browser asks; the same reply to everybody else, and where it is none. */
export function forBrowser(request: HttpRequest, reply: HttpReply): HttpReply {
  const { status, headers, body } = reply;
  if (status < 400 || !(body instanceof Uint8Array) || !isBrowser(request)) return reply;
  const refusal = decodeProblem(body);
  if (refusal === undefined) return reply;
  const title = titles[refusal.code];
  const [first = '', ...rest] = refusal.detail;
  const detail = `${first.toUpperCase()}${rest.join('')}.`;
  const kept = [...headers].filter(([name]) => name !== 'content-type' && name !== 'content-length');
  const content = `<h1>${escaped(title)}</h1>\n<p>${escaped(detail)}</p>`;
  return htmlPage(status, title, content, Object.fromEntries(kept));
}

/** Only browsers, of all that take links, ask for pages. */
const isBrowser = ({ headers }: HttpRequest): boolean => (headers.get('accept') ?? '').includes('text/html');
