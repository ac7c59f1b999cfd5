/** The token of the tracker's page, kept for as long as this tab is open. */
const key = 'rollcall-tracker-token';

export function keptToken(): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A browser may refuse to keep anything: then it is asked for again. */
export function keepToken(token: string): void {
  try {
    sessionStorage.setItem(key, token);
  } catch {}
}

export function forgetToken(): void {
  try {
    sessionStorage.removeItem(key);
  } catch {}
}
