import { constants, type X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { OnReadOpts } from 'node:net';
import {
  type ConnectionOptions,
  connect,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
  type TlsOptions,
} from 'node:tls';
import { RollcallError } from '../../../base/errors.ts';
import { type Fingerprint, fingerprint } from '../../../base/ids.ts';
import type { Identity } from '../../identity/identity.ts';
import { controlProtocol } from '../../wire/control.ts';
import { abortReason, notPeer, notTracker, otherKey } from '../failures.ts';
import type { DialOptions, Endpoint } from '../transport.ts';
import { dialFailure } from './errors.ts';

/** What is spoken inside TLS, told by ALPN (RFC 7301). */
export type Speaks = 'links' | 'http';
export const protocols: Readonly<Record<Speaks, string>> = { links: controlProtocol, http: 'http/1.1' };

/**
 * Certificates are their own proof here: nobody signs them but their key, so the usual verification is off, and whoever
 * takes a connection compares fingerprints. No session is resumed, since a resumed one shows no certificate: without
 * tickets, and without the cache that a server would have to bring, there is nothing to resume from.
 */
export function serverTls(identity: Identity, speaks: Speaks): TlsOptions {
  return {
    key: identity.key,
    cert: identity.certificate,
    minVersion: 'TLSv1.3',
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: [protocols[speaks]],
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

const contexts = new WeakMap<Identity, SecureContext>();

function contextOf(identity: Identity): SecureContext {
  let context = contexts.get(identity);
  if (context === undefined) {
    context = createSecureContext({ key: identity.key, cert: identity.certificate, minVersion: 'TLSv1.3' });
    contexts.set(identity, context);
  }
  return context;
}

/** Whom a connection leads to. @throws RollcallError `refused` where that is not shown in this very handshake */
export function certified(socket: TLSSocket): { fingerprint: Fingerprint; publicKey: Uint8Array } {
  const certificate = shownCertificate(socket);
  if (certificate === undefined) throw new RollcallError('refused', 'the other side shows no certificate');
  return {
    fingerprint: fingerprint(certificate.fingerprint256),
    publicKey: certificate.publicKey.export({ type: 'spki', format: 'der' }),
  };
}

/** Who calls, if he shows it. @throws RollcallError `refused` for a resumed session */
export function shownFingerprint(socket: TLSSocket): Fingerprint | undefined {
  const certificate = shownCertificate(socket);
  return certificate && fingerprint(certificate.fingerprint256);
}

function shownCertificate(socket: TLSSocket): X509Certificate | undefined {
  if (socket.isSessionReused()) throw new RollcallError('refused', 'a resumed TLS session shows no certificate');
  return socket.getPeerX509Certificate();
}

export interface Dialled {
  socket: TLSSocket;
  fingerprint: Fingerprint;
  publicKey: Uint8Array;
}

/** Connects, and checks whom it has reached before a byte is sent. What fails later comes with `close`. */
export async function dialTls(
  to: Endpoint,
  options: DialOptions & { speaks: Speaks; onread?: OnReadOpts | undefined },
): Promise<Dialled> {
  const { identity, expect, signal, speaks, onread } = options;
  if (signal.aborted) throw abortReason(signal, to);
  /** `onread` is the option of net.Socket: Node has taken it for TLS as well since 14.16, its types do not know it. */
  const connection: ConnectionOptions & { onread?: OnReadOpts } = {
    host: to.host,
    port: to.port,
    secureContext: contextOf(identity),
    rejectUnauthorized: false,
    ALPNProtocols: [protocols[speaks]],
    ...(onread && { onread }),
  };
  const socket = connect(connection);
  socket.setNoDelay(true);
  socket.on('error', () => {
    // Told to whoever waits for the handshake, and afterwards with `close`.
  });
  try {
    await once(socket, 'secureConnect', { signal });
    if (socket.alpnProtocol !== protocols[speaks]) throw speaks === 'links' ? notTracker(to) : notPeer(to);
    const shown = certified(socket);
    if (expect !== undefined && shown.fingerprint !== expect) throw otherKey(to, expect, shown.fingerprint);
    return { socket, ...shown };
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? abortReason(signal, to) : dialFailure(error, to, speaks);
  }
}
