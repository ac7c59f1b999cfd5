import type { Fingerprint } from '../../base/ids.ts';
import type { Identity } from '../identity/identity.ts';

/**
 * Sockets, as the rest of rollcall sees them. `node.ts` stands on real ones; `memory.ts` is its twin for tests, with
 * latency and loss on an injected clock. Every address is a plain IPv4 or IPv6 text: never IPv4-mapped, no zone.
 */
export interface Transport {
  /** Opens an encrypted link; checks the other side's fingerprint before a byte is sent. */
  dial(to: Endpoint, options: DialOptions): Promise<Link>;
  /** Takes encrypted links on a TCP port. @throws RollcallError `usage` where the port is taken or forbidden */
  listen(on: Endpoint, options: ListenOptions): Promise<Listener>;
  /**
   * Opens a stream without encryption, to a port or to a socket of this machine (a path).
   * @throws RollcallError `unreachable`, or the signal's reason
   */
  dialPlain(to: Endpoint | { path: string }, options: { signal: AbortSignal }): Promise<Stream>;
  /** Takes streams without encryption on a TCP port. @throws RollcallError `usage` where the port is taken or forbidden */
  listenPlain(on: Endpoint, options: ListenPlainOptions): Promise<Listener>;
  /** Opens a UDP port. @throws RollcallError `usage` where the port is taken or forbidden */
  bind(on: Endpoint, receive: Receive): Promise<PacketSocket>;
  /** Opens a keep-alive HTTPS connection; checks the other side's fingerprint before a byte is sent. */
  dialHttp(to: Endpoint, options: DialOptions): Promise<HttpConnection>;
  /** Serves HTTPS on a TCP port, or HTTP where there is no identity. @throws RollcallError `usage` where the port is taken or forbidden */
  serveHttp(on: Endpoint, options: ServeHttpOptions): Promise<Listener>;
}

export interface Endpoint {
  /** A host name or an address; where told by a socket, an address. */
  host: string;
  /** 0 asks the system to choose. */
  port: number;
}

export interface DialOptions {
  identity: Identity;
  /** The only certificate to talk to; where missing, whichever comes, and the caller judges `link.fingerprint`. */
  expect?: Fingerprint | undefined;
  signal: AbortSignal;
}

/** Bytes both ways, unencrypted where it is no link. */
export interface Stream {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Bytes that were written and have not left yet: the reader is slow. */
  readonly queuedBytes: number;
  /** Starts the flow of bytes. To be called once, in the turn that the stream was handed over. */
  open(handler: StreamHandler): void;
  write(bytes: Uint8Array | string): void;
  /** Resolves once everything that was written has left, or the stream is closed. */
  drained(): Promise<void>;
  /** Sends what is queued, for 5 s at most, then closes: who has much to send waits until it is `drained`. */
  end(): void;
  /**
   * Closes at once. Where somebody dialled in plain and his answer is cut short by this, he sees a reset: he is not to
   * take what he has for all of it.
   */
  destroy(): void;
}

/** An encrypted stream, with whom it leads to. */
export interface Link extends Stream {
  /** Of the other side's certificate. */
  readonly fingerprint: Fingerprint;
  /** The other side's public key, SPKI in DER: what tickets of a tracker are verified with. */
  readonly publicKey: Uint8Array;
}

export interface StreamHandler {
  /** A promise holds the flow until it settles; its failure destroys the stream. The bytes are the handler's to keep. */
  data(bytes: Uint8Array): void | Promise<void>;
  /** The other side has said all it will, and may still listen. Where it is missing, this side ends then too. */
  ended?(): void;
  /** Called once, whoever closed; with what went wrong (a reset), if anything did. */
  closed(error?: Error): void;
}

export interface ListenOptions {
  identity: Identity;
  /** Asked for each TCP connection before any work is done for it; `false` drops it. */
  admit?(remote: Endpoint): boolean;
  /** A connection that was asked in is closed, with or without ever having become a link. */
  departed?(remote: Endpoint): void;
  /** Milliseconds from the TCP connection to the end of the TLS handshake. */
  handshakeMs: number;
  accept(link: Link): void;
  /**
   * Takes what does not begin as TLS does, with every byte still to be read, and keeps the time from then on. Where it is
   * missing, a line in plain text refuses it.
   */
  plain?: ((stream: Stream) => void) | undefined;
  /** A connection that was closed before it became a link or was taken as plain, and why. */
  refused?(remote: Endpoint, error: Error): void;
}

export interface ListenPlainOptions {
  /** As for links. */
  admit?(remote: Endpoint): boolean;
  departed?(remote: Endpoint): void;
  accept(stream: Stream): void;
}

export interface Listener extends AsyncDisposable {
  /** The real host and port. */
  readonly at: Endpoint;
}

export type Receive = (datagram: Uint8Array, from: Endpoint) => void;

export interface PacketSocket extends AsyncDisposable {
  readonly at: Endpoint;
  /** Never fails: a datagram that cannot be sent is lost, as any may be. `to.host` is an address. */
  send(datagram: Uint8Array, to: Endpoint): void;
}

export interface HttpRequest {
  method: string;
  /** Path and query, as they came. */
  path: string;
  /** By lower-case name. */
  headers: ReadonlyMap<string, string>;
}

export interface HttpConnection extends AsyncDisposable {
  /** Of the other side's certificate. */
  readonly fingerprint: Fingerprint;
  /** The other side's public key, SPKI in DER: what other programs know it by. */
  readonly publicKey: Uint8Array;
  /** Bytes arrive in `answer.read`. One request at a time. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
}

export interface HttpAnswer {
  status: number;
  headers: ReadonlyMap<string, string>;
  /**
   * Hands over the body in chunks, each valid for the call only. A promise from `sink` holds the flow until it settles.
   * @throws RollcallError `unreachable` where the body ends before its announced length
   */
  read(sink: (chunk: Uint8Array) => void | Promise<void>): Promise<void>;
}

export interface ServeHttpOptions {
  /** Plain HTTP where it is missing. */
  identity?: Identity | undefined;
  handle: HttpHandler;
  /** Where there is an identity: serves plain HTTP as well, to whoever begins with a request line of it. */
  plainHttp?: boolean | undefined;
  /** Takes what else does not begin as TLS does, where there is an identity. */
  plain?: ((stream: Stream) => void) | undefined;
  admit?(remote: Endpoint): boolean;
  departed?(remote: Endpoint): void;
}

export interface HttpCaller {
  remote: Endpoint;
  /** False for who asks in plain HTTP, which anybody on the way can read and change. */
  encrypted: boolean;
  /** Of the caller's certificate, if it showed one. */
  fingerprint?: Fingerprint | undefined;
  /** Aborts when the caller is gone. */
  signal: AbortSignal;
}

export type HttpHandler = (request: HttpRequest, caller: HttpCaller) => Promise<HttpReply>;

export interface HttpReply {
  status: number;
  headers: ReadonlyMap<string, string>;
  /**
   * Chunks are written as the caller takes them; one is done with once the next is asked for. An error in the middle
   * cuts the connection, so that it is noticed.
   */
  body?: Uint8Array | AsyncIterable<Uint8Array>;
}
