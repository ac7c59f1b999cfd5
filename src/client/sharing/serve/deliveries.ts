import type { Clock } from '../../../base/clock.ts';
import type { ContentId, Fingerprint } from '../../../base/ids.ts';
import { type Meter, openMeter } from '../../../base/meter.ts';
import { deliveryGapMs, knownDeliveries } from '../limits.ts';
import type { Downloader } from './downloader.ts';
import type { Sending } from './tally.ts';

/** What somebody fetches here, as a person sees it: all that he asks of one content is one, though it is many requests. */
export interface Delivery {
  /** Tells it from all others of this run. */
  id: string;
  content: ContentId;
  /** Bytes of what was asked for last: all of the content, or of one file in it. */
  size: number;
  /** Nothing of somebody who came by a link, or without a key. */
  fingerprint: Fingerprint | null;
  address: string;
  /** That he took. */
  bytes: number;
  /** Bytes a second, over the last seconds. */
  rate: number;
  /** Milliseconds since 1970. */
  since: number;
}

interface Known extends Delivery {
  meter: Meter;
  /** Requests that are being answered. */
  open: number;
  /** When the last of them ended, monotonic milliseconds. */
  endedAt: number;
}

/** Who fetches what. A downloader who asks for nothing more within `deliveryGapMs` is done. */
export class Deliveries {
  readonly #clock: Pick<Clock, 'now' | 'wall'>;
  readonly #known = new Map<string, Known>();
  #count = 0;

  constructor(clock: Pick<Clock, 'now' | 'wall'>) {
    this.#clock = clock;
  }

  /** Something of a content is sent to him from now on. */
  begin(who: Downloader, content: ContentId, size: number): Sending {
    if (this.#known.size >= knownDeliveries) this.#forget();
    const key = `${content} ${who.key}`;
    const delivery = this.#current(key) ?? this.#begun(key, who, content);
    delivery.size = size;
    delivery.address = who.address;
    delivery.open += 1;
    return {
      taken(bytes) {
        delivery.bytes += bytes;
        delivery.meter.reach(delivery.bytes);
      },
      ended: () => {
        delivery.open -= 1;
        delivery.endedAt = this.#clock.now();
      },
    };
  }

  /** Those under way, oldest first. */
  list(): Delivery[] {
    this.#forget();
    return Array.from(this.#known.values(), ({ meter, open: _open, endedAt: _endedAt, ...delivery }) => {
      meter.reach(delivery.bytes);
      return { ...delivery, rate: Math.round(meter.bytesPerSecond()) };
    });
  }

  #current(key: string): Known | undefined {
    const known = this.#known.get(key);
    return known === undefined || this.#isOver(known) ? undefined : known;
  }

  #begun(key: string, { fingerprint, address }: Downloader, content: ContentId): Known {
    this.#count += 1;
    const meter = openMeter(this.#clock);
    meter.reach(0);
    const begun: Known = {
      id: String(this.#count),
      content,
      size: 0,
      fingerprint: fingerprint ?? null,
      address,
      bytes: 0,
      rate: 0,
      since: Math.round(this.#clock.wall()),
      meter,
      open: 0,
      endedAt: this.#clock.now(),
    };
    this.#known.delete(key);
    this.#known.set(key, begun);
    return begun;
  }

  #forget(): void {
    for (const [key, known] of this.#known) if (this.#isOver(known)) this.#known.delete(key);
  }

  #isOver({ open, endedAt }: Known): boolean {
    return open === 0 && this.#clock.now() - endedAt >= deliveryGapMs;
  }
}
