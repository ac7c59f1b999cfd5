/** Only programs of this machine come from there. */
export const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
