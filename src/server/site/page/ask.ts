/** Asks the API; what is undefined or empty is left out of the address. @throws Refused, and what `fetch` throws */
export type Ask = <Answer>(
  path: string,
  query?: Readonly<Record<string, string | number | undefined>>,
  signal?: AbortSignal,
) => Promise<Answer>;

/** An answer that is none. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function openAsk(token: string | undefined): Ask {
  const headers = { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  return async <Answer>(path: string, query: Parameters<Ask>[1] = {}, signal?: AbortSignal) => {
    const wanted = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    const text = wanted.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
    const answer = await fetch(`/api/v1/${path}${text && `?${text}`}`, { headers, ...(signal && { signal }) });
    const body: unknown = await answer.json().catch(() => ({}));
    if (answer.ok) return body as Answer;
    throw new Refused(answer.status, detailOf(body) ?? `the tracker answered ${answer.status}`);
  };
}

const detailOf = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : undefined;
