/** As much of a request as tells whether another site in the same browser sent it. */
export interface Caller {
  method: string;
  host: string | undefined;
  origin: string | undefined;
  /** `Sec-Fetch-Site` and `Sec-Fetch-Mode` (W3C Fetch Metadata), which every browser sends and no page can forge. */
  fetchSite: string | undefined;
  fetchMode: string | undefined;
  /** It asks for the page, not for data. */
  page: boolean;
}

/** Why a request is not answered, or nothing. `hosts` are those that this site may be addressed by, in lower case. */
export function refusal(caller: Caller, hosts: ReadonlySet<string>): string | undefined {
  const { host = '', origin } = caller;
  if (!hosts.has(host.toLowerCase())) {
    return `this site is not addressed as "${host}": use one of ${[...hosts].join(', ')}`;
  }
  if (origin !== undefined && !isOwn(origin, hosts)) return 'a page of another site may not ask for this';
  if (isForeign(caller)) return 'another site may not ask for this';
  return undefined;
}

const isOwn = (origin: string, hosts: ReadonlySet<string>): boolean => {
  const text = origin.toLowerCase();
  return text.startsWith('http://') && hosts.has(text.slice('http://'.length));
};

/** A link on another site may lead to the page, and to nothing else. Sites on other ports of this machine are others. */
function isForeign({ method, fetchSite, fetchMode, page }: Caller): boolean {
  if (fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none') return false;
  return !(page && method === 'GET' && fetchMode === 'navigate');
}
