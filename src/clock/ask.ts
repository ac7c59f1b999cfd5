import { isoDate, type Moment, parseClassicDate, parseIsoDate } from '../base/dates.ts';
import { RollcallError } from '../base/errors.ts';
import { safeText } from '../base/safeText.ts';
import { askMs, maxAnswerBytes } from './limits.ts';

export interface AskOptions {
  /** Milliseconds until the answer has to be here, whole. */
  timeoutMs?: number | undefined;
  signal: AbortSignal;
}

/**
 * Asks a date service, at `/datetime` where the address has no path, and returns the date with milliseconds and zone,
 * as `2026-05-01T14:03:00.123+02:00`. A service may say it in JSON (`{"datetime": …}`) or as bare text, in ISO 8601 or as
 * `dd/mm/yyyy hh:mm:ss`; where it names no zone, this machine's is meant.
 * @throws RollcallError `usage` for an address that is none, `unreachable` where no answer comes, `bad-message` where it
 *   is no date; or the signal's reason
 */
export async function askClock(url: string, { timeoutMs = askMs, signal }: AskOptions): Promise<string> {
  const at = addressOf(url);
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { accept: 'application/json, text/plain;q=0.9' },
      signal: AbortSignal.any([signal, deadline]),
    });
    const text = await textOf(response, at);
    const moment = momentIn(text);
    if (moment === undefined) throw nonsense(at, text);
    return isoDate(moment.wallMs, moment.offset);
  } catch (error) {
    if (error instanceof RollcallError) throw error;
    if (signal.aborted) throw signal.reason;
    throw deadline.aborted ? tooSlow(at, timeoutMs, error) : noAnswer(at, error);
  }
}

function addressOf(url: string): URL {
  const at = URL.canParse(url) ? new URL(url) : undefined;
  if ((at?.protocol !== 'http:' && at?.protocol !== 'https:') || at.username !== '' || at.password !== '') {
    throw new RollcallError('usage', `"${safeText(url)}" is no address of a date service: write http://HOST:PORT`);
  }
  if (at.pathname === '/') at.pathname = '/datetime';
  return at;
}

/** The body of a good answer, and no more of it than a date can need. */
async function textOf(response: Response, at: URL): Promise<string> {
  const { status, body } = response;
  if (status !== 200) {
    await body?.cancel();
    const elsewhere = status >= 300 && status < 400 ? response.headers.get('location') : null;
    throw elsewhere === null ? badStatus(at, status) : sentElsewhere(at, elsewhere);
  }
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw tooLong(at);
    text += decoder.decode(chunk, { stream: true });
  }
  return (text + decoder.decode()).trim();
}

/** What content the answer claims to be does not count: many a service sends bare text as HTML. */
function momentIn(text: string): Moment | undefined {
  const said = text.startsWith('{') || text.startsWith('"') ? stringIn(text) : text;
  return parseClassicDate(said) ?? parseIsoDate(said);
}

/** The string that JSON is, or that it has as `datetime`. */
function stringIn(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    const said = typeof value === 'object' && value !== null && 'datetime' in value ? value.datetime : value;
    return typeof said === 'string' ? said : '';
  } catch {
    return '';
  }
}

const name = (at: URL): string => `the date service at ${safeText(at.href)}`;
const bad = (message: string): RollcallError => new RollcallError('bad-message', message);

const tooSlow = (at: URL, timeoutMs: number, cause: unknown): RollcallError =>
  new RollcallError('unreachable', `${name(at)} has not answered within ${timeoutMs / 1000} s: check that it runs`, {
    cause,
  });

const noAnswer = (at: URL, cause: unknown): RollcallError =>
  new RollcallError('unreachable', `${name(at)} cannot be reached: check the address and the port, and that it runs`, {
    cause,
  });

const badStatus = (at: URL, status: number): RollcallError =>
  bad(`${name(at)} answers with status ${status} instead of a date: check the path`);

const sentElsewhere = (at: URL, to: string): RollcallError =>
  bad(`${name(at)} sends us to ${safeText(to.slice(0, 200))}, where we do not go by ourselves: name that address`);

const tooLong = (at: URL): RollcallError =>
  bad(`${name(at)} sends more than the ${maxAnswerBytes} bytes that a date may take: check the path`);

const nonsense = (at: URL, text: string): RollcallError =>
  text.startsWith('<')
    ? bad(`${name(at)} sends a web page instead of a date: check the path`)
    : bad(
        `${name(at)} says "${safeText(text.slice(0, 60))}", which is no date from 1970 on: check the path, or its clock`,
      );
