/** A host as it stands in an address: one of IPv6 in brackets (RFC 3986, 3.2.2). */
export const hostText = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** `192.168.1.10:7450`, `[fd00::1]:7450`. */
export const addressText = (host: string, port: number): string => `${hostText(host)}:${port}`;
