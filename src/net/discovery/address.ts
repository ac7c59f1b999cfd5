/** Addresses as numbers, to tell which networks they are of. */

interface Address {
  /** 32 or 128. */
  bits: number;
  value: bigint;
}

/** Whether an address lies in a network, written as ADDRESS/BITS. What is no address lies in none. */
export function isWithin(address: string, network: string): boolean {
  const [base = '', length = ''] = network.split('/');
  const one = parse(address);
  const other = parse(base);
  if (one === undefined || other === undefined || one.bits !== other.bits || !/^\d{1,3}$/.test(length)) return false;
  const host = BigInt(Math.max(0, one.bits - Number(length)));
  return one.value >> host === other.value >> host;
}

export const isIpv4 = (address: string): boolean => parse(address)?.bits === 32;

function parse(address: string): Address | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  if (bytes !== undefined) {
    if (bytes.some((byte) => byte > 255)) return undefined;
    return { bits: 32, value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) };
  }
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(address) || !URL.canParse(`http://[${address}]`)) return undefined;
  /** As RFC 5952 writes it, without dots: at most one `::`. */
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = groups(head);
  const right = groups(tail ?? '');
  const between = Array.from({ length: 8 - left.length - right.length }, () => 0n);
  return { bits: 128, value: [...left, ...between, ...right].reduce((value, group) => (value << 16n) | group, 0n) };
}

const groups = (text: string): bigint[] =>
  text
    .split(':')
    .filter(Boolean)
    .map((group) => BigInt(`0x${group}`));
