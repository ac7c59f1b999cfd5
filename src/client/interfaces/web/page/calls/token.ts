/** How this page comes by the token of the running rollcall: by a code in its address once, then from where it was kept. */

const key = 'rollcall-token';

/** The code that stands in the fragment of an address, `#CODE`; nothing where that is one of our own places, `#/…`. */
export function codeOf(fragment: string): string | undefined {
  const text = fragment.replace(/^#/, '');
  return /^[\w-]{16,200}$/.test(text) ? text : undefined;
}

/** The places where a token is kept: the session's own, and the one of all tabs of this browser. */
interface Kept {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Entry {
  fragment: string;
  /** Takes the code out of the address bar and the history. */
  hideFragment(): void;
  kept: readonly Kept[];
  fetch: typeof fetch;
}

/** The token; nothing where a person has to open the page anew. */
export async function enter({ fragment, hideFragment, kept, fetch: ask }: Entry): Promise<string | undefined> {
  const code = codeOf(fragment);
  if (code !== undefined) {
    hideFragment();
    const token = await redeem(code, ask);
    if (token !== undefined) {
      for (const place of kept) place.setItem(key, token);
      return token;
    }
  }
  for (const place of kept) {
    const token = place.getItem(key);
    if (token !== null) return token;
  }
  return undefined;
}

export function forgetToken(kept: readonly Kept[]): void {
  for (const place of kept) place.removeItem(key);
}

async function redeem(code: string, ask: typeof fetch): Promise<string | undefined> {
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await ask('/api/v1/session', { method: 'POST', headers, body: JSON.stringify({ code }) });
    const body: { token?: unknown } = answer.ok ? JSON.parse(await answer.text()) : {};
    return typeof body.token === 'string' ? body.token : undefined;
  } catch {
    return undefined;
  }
}
