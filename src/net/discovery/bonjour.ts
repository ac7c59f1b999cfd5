import Bonjour from 'bonjour-service';
import { systemClock } from '../../base/clock.ts';
import { createAskedOf } from './askedOf.ts';
import { linkMs, mdnsPort } from './limits.ts';
import type { MdnsRecord, Message, OpenMdns, Question, Sender } from './mdns.ts';

/**
 * What of bonjour-service is used: its socket, its codec, and the responder that answers from a register of records. Not
 * its `publish` and `find`, which are made for networks where everybody means well:
 *
 * - `publish` with a probe takes a name back that another machine answers for, by which it says that one's goodbye, and
 *   prints to stdout; it puts the addresses of all networks on each, under a name outside of `.local`; it never learns of
 *   an address that comes later; it takes back the record that lists the kind of service, which other trackers share.
 * - `find` asks once, so that one lost packet hides a tracker; it keeps all it hears, and reads a message in a time that
 *   grows with the square of its records, of which 64 KiB have thousands.
 * - Without a handler of its socket's errors, which only the inner object takes, a port that is taken ends the process.
 * - An answer for each question, however many a message has, from wherever it comes.
 */
interface Socket {
  on(event: 'error' | 'warning', hear: (error: Error) => void): void;
  on(event: 'query' | 'response', hear: (message: Message, from: Sender) => void): void;
  once(event: 'ready', hear: () => void): void;
  removeAllListeners(event: 'query'): void;
  query(questions: Question[], sent: (error?: Error | null) => void): void;
  respond(records: readonly MdnsRecord[], sent: (error?: Error | null) => void): void;
  destroy(closed: () => void): void;
}

/** The register, and what answers from it. */
interface Responder {
  mdns: Socket;
  register(records: readonly MdnsRecord[]): void;
  respondToQuery(query: { questions: Question[] }): void;
}

export const openBonjour: OpenMdns = async (link, { answered, trouble }) => {
  /** Bound to every address, or Linux would hand it nothing that was sent to the group. */
  const options = { port: mdnsPort, interface: link.address, bind: '0.0.0.0' };
  const responder: Responder = new Bonjour(options, trouble)['server'];
  const { mdns } = responder;
  const served: MdnsRecord[] = [];
  const askedOf = createAskedOf(link, systemClock);
  const close = (): Promise<void> => new Promise((resolve) => mdns.destroy(resolve));
  const sent =
    (done = (): void => {}) =>
    (error?: Error | null): void => {
      if (error) trouble(error);
      done();
    };
  mdns.on('warning', trouble);
  mdns.removeAllListeners('query');
  mdns.on('query', (message, from) => {
    const questions = askedOf(message, from, served);
    if (questions.length > 0) responder.respondToQuery({ questions });
  });
  mdns.on('response', answered);
  try {
    await new Promise<void>((resolve, reject) => {
      mdns.on('error', (error) => {
        trouble(error);
        reject(error);
      });
      mdns.once('ready', resolve);
      systemClock.after(linkMs, () => reject(new Error(`UDP port ${mdnsPort} did not open in ${linkMs} ms`)));
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ask: (question) => mdns.query([question], sent()),
    serve(records) {
      served.push(...records);
      responder.register(records);
    },
    tell: (records) => new Promise((resolve) => mdns.respond(records, sent(resolve))),
    [Symbol.asyncDispose]: close,
  };
};
