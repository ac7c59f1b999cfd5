import { decodeRpcReply, encodeRpcCall } from './message.ts';
import { maxRecordBytes } from './records.ts';
import { XdrReader, XdrWriter } from './xdr.ts';

/** The registry of RPC programs on a machine: rpcbind version 4 and its ancestor, the port mapper, RFC 1833. */
const registry = 100_000;
const versions = { portmap: 2, rpcbind: 4 } as const;
/** The same numbers in both versions. */
const procedures = { set: 1, unset: 2 } as const;
const protocols = { tcp: 6, udp: 17 } as const;

/** Where the registry listens over TCP. */
export const rpcbindPort = 111;

type Procedure = keyof typeof procedures;

/** What rpcbind keeps of a program: RFC 1833's `struct rpcb`, its owner left to rpcbind, which knows better. */
export interface Binding {
  program: number;
  version: number;
  /** `tcp`, `udp`, `tcp6`, `udp6`; empty in an `unset` of all. */
  netid: string;
  /** A universal address, see below; empty in an `unset`. */
  address: string;
}

/** `192.0.2.1` and 2049 as `192.0.2.1.8.1`, RFC 5665, section 5.2.3. */
export const universalAddress = (host: string, port: number): string => `${host}.${port >> 8}.${port & 0xff}`;

/** A call of rpcbind version 4, without record mark. Its answer is a boolean. */
export function encodeRpcbind(xid: number, what: Procedure, { program, version, netid, address }: Binding): Uint8Array {
  const args = new XdrWriter().unsigned(program).unsigned(version);
  for (const text of [netid, address, '']) args.string(text, maxRecordBytes);
  const header = { xid, program: registry, version: versions.rpcbind, procedure: procedures[what] };
  return encodeRpcCall({ ...header, args: args.bytes() });
}

/** What the port mapper keeps of a program: RFC 1833's `struct mapping`. */
export interface Mapping {
  program: number;
  version: number;
  protocol: keyof typeof protocols;
  port: number;
}

/** A call of the port mapper, without record mark. Its answer is a boolean. An `unset` takes away both protocols. */
export function encodePortmap(xid: number, what: Procedure, mapping: Mapping): Uint8Array {
  const { program, version, protocol, port } = mapping;
  const args = new XdrWriter().unsigned(program).unsigned(version).unsigned(protocols[protocol]).unsigned(port);
  const header = { xid, program: registry, version: versions.portmap, procedure: procedures[what] };
  return encodeRpcCall({ ...header, args: args.bytes() });
}

/** True where the registry did as it was told; false where it refused. @throws RollcallError `bad-message` */
export function decodeRegistryReply(message: Uint8Array): { xid: number; done: boolean } {
  const reply = decodeRpcReply(message);
  return { xid: reply.xid, done: reply.status === 'success' && new XdrReader(reply.result).bool() };
}
