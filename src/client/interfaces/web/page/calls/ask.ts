import { awayProblem, type Problem, readProblem } from './problem.ts';

export interface Question {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Left out of the address where undefined. */
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: object;
  signal?: AbortSignal | undefined;
}

/** Asks the API. @throws Problem, and the signal's reason */
export type Ask = <Answer>(path: string, question?: Question) => Promise<Answer>;

/** Calls `locked` where the token is not the right one any more. */
export function openAsk(token: string, locked: () => void, fetched: typeof fetch = fetch): Ask {
  return async <Answer>(path: string, question: Question = {}) => {
    const { method = 'GET', query = {}, body, signal } = question;
    const headers: Record<string, string> = { accept: 'application/json', authorization: `Bearer ${token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const answer = await fetched(address(path, query), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((error) => {
      throw signal?.aborted ? error : awayProblem();
    });
    const text = await answer.text();
    if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer;
    const problem: Problem = readProblem(answer.status, text);
    if (problem.code === 'unauthorized') locked();
    throw problem;
  };
}

/** `/api/v1/resources?pattern=a%20b`; what is undefined or empty is left out. */
export function address(path: string, query: NonNullable<Question['query']>): string {
  const wanted = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = wanted.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
}
