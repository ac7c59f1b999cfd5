import type { Link } from './links.ts';

/** Multicast DNS as announcing and looking need it: `bonjour.ts` in the product, a fake in their tests. */

/** A record as it is decoded. What the network says is checked before it is believed, so that `data` may be anything. */
export interface MdnsRecord {
  name: string;
  type: string;
  /** Seconds; 0 takes the record back (RFC 6762, section 10.1). */
  ttl?: number | undefined;
  data?: unknown;
}

export interface Question {
  name: string;
  type: string;
}

export interface Message {
  questions: readonly Question[];
  answers: readonly MdnsRecord[];
  additionals: readonly MdnsRecord[];
}

export interface Sender {
  address: string;
  port: number;
}

export interface MdnsEvents {
  /** An answer of anybody on the link, to whomever. */
  answered(message: Message, from: Sender): void;
  /** Something could not be sent, or was not understood: nothing that ends the rest. */
  trouble(error: Error): void;
}

/** One link. What cannot be sent is told as trouble and nothing else: the next message may go through. */
export interface Mdns extends AsyncDisposable {
  ask(question: Question): void;
  /** From now on questions for these are answered. */
  serve(records: readonly MdnsRecord[]): void;
  /** Sends an answer that nobody asked for; resolves once it is sent, or could not be. */
  tell(records: readonly MdnsRecord[]): Promise<void>;
}

/** Rejects where the port cannot be had. */
export type OpenMdns = (link: Link, events: MdnsEvents) => Promise<Mdns>;
