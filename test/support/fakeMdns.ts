import type { Ground } from '../../src/net/discovery/ground.ts';
import { type Link, linksOf } from '../../src/net/discovery/links.ts';
import type { MdnsEvents, MdnsRecord, Message, Question, Sender } from '../../src/net/discovery/mdns.ts';
import { FakeClock } from './fakeClock.ts';

/** A link with one address, `10.0.0.9/24` unless another is said. */
export const link = (name = 'eth0', cidr = '10.0.0.9/24', mac = '02:00:00:00:00:01'): Link => {
  const [address = ''] = cidr.split('/');
  const [one] = linksOf({ [name]: [{ address, cidr, netmask: '', family: 'IPv4', mac, internal: false }] });
  if (one === undefined) throw new Error('no such link');
  return one;
};

/** What was done on one link that is open, or was. */
export interface Opened {
  readonly link: Link;
  readonly events: MdnsEvents;
  readonly asked: Question[];
  readonly served: MdnsRecord[];
  readonly told: (readonly MdnsRecord[])[];
  closed: boolean;
}

/** Networks as a test says they are, on a clock that it winds. */
export class FakeNetworks {
  readonly clock: FakeClock = new FakeClock();
  links: Link[];
  /** Links whose port cannot be had. */
  readonly shut: Set<string> = new Set();
  /** Every link that was opened, in order. */
  readonly opened: Opened[] = [];
  /** What telling takes: nothing, unless a test says so. */
  telling: () => Promise<void> = async () => {};

  constructor(...links: Link[]) {
    this.links = links;
  }

  readonly ground: Ground = {
    clock: this.clock,
    links: () => this.links,
    open: async (one, events) => {
      if (this.shut.has(one.name))
        throw Object.assign(new Error('bind EADDRINUSE 0.0.0.0:5353'), { code: 'EADDRINUSE' });
      const opened: Opened = { link: one, events, asked: [], served: [], told: [], closed: false };
      this.opened.push(opened);
      return {
        ask: (question) => void opened.asked.push(question),
        serve: (records) => void opened.served.push(...records),
        tell: (records) => {
          opened.told.push(records);
          return this.telling();
        },
        [Symbol.asyncDispose]: async () => {
          opened.closed = true;
        },
      };
    },
  };

  /** The link of that name that was opened last. */
  at(name = 'eth0'): Opened {
    const found = this.opened.findLast((one) => one.link.name === name);
    if (found === undefined) throw new Error(`${name} was never opened`);
    return found;
  }

  /** Says something on a link. */
  answer(records: readonly MdnsRecord[], from: Sender, name = 'eth0'): void {
    this.at(name).events.answered(message(records), from);
  }
}

/** An answer as it is decoded: texts of TXT records are bytes then. */
export const message = (answers: readonly MdnsRecord[], additionals: readonly MdnsRecord[] = []): Message => {
  const decoded = (records: readonly MdnsRecord[]): MdnsRecord[] =>
    records.map((record) =>
      record.type === 'TXT' && Array.isArray(record.data)
        ? { ...record, data: record.data.map((text: string) => Buffer.from(text, 'latin1')) }
        : record,
    );
  return { questions: [], answers: decoded(answers), additionals: decoded(additionals) };
};
