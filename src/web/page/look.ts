/** A light and a dark look, or what the system has; kept in this browser. */
export const looks = ['system', 'light', 'dark'] as const;
export type Look = (typeof looks)[number];

const key = 'rollcall-look';

/** A browser may refuse to keep anything: then it is the system's. */
export function keptLook(): Look {
  try {
    return looks.find((look) => look === localStorage.getItem(key)) ?? 'system';
  } catch {
    return 'system';
  }
}

/** Shows the page in this look from now on. */
export function setLook(look: Look): void {
  if (look === 'system') delete document.documentElement.dataset['look'];
  else document.documentElement.dataset['look'] = look;
  try {
    localStorage.setItem(key, look);
  } catch {}
}
