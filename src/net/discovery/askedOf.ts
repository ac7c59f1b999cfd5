import type { Clock } from '../../base/clock.ts';
import { answerBurst, answersPerSecond, maxQuestions, maxRecords } from './limits.ts';
import { isOnLink, type Link } from './links.ts';
import type { MdnsRecord, Message, Question, Sender } from './mdns.ts';

/** Picks the questions of a message that are to be answered. */
export type AskedOf = (message: Message, from: Sender, served: readonly MdnsRecord[]) => Question[];

/**
 * Answers go to everybody on the link, and whoever sends a small message must not be able to cause many large ones: so
 * only neighbours are answered (RFC 6762, section 11), each question of a message once and only where it is about us, none
 * whose answer they name as known (section 7.1), and in all no more than a few a second.
 */
export function createAskedOf(link: Link, clock: Clock): AskedOf {
  let credit = answerBurst;
  let then = clock.now();
  return (message, from, served) => {
    if (!isOnLink(from.address, link)) return [];
    const asked = new Map<string, Question>();
    for (const { name, type } of message.questions.slice(0, maxQuestions)) {
      const wanted = served.filter((record) => answers(record, name, type));
      if (wanted.length === 0 || wanted.every((record) => isKnown(record, message))) continue;
      asked.set(`${type} ${name.toLowerCase()}`, { name, type });
    }
    const now = clock.now();
    credit = Math.min(answerBurst, credit + ((now - then) * answersPerSecond) / 1000);
    then = now;
    const granted = [...asked.values()].slice(0, Math.floor(credit));
    credit -= granted.length;
    return granted;
  };
}

const answers = (record: MdnsRecord, name: string, type: string): boolean =>
  (type === 'ANY' || type === record.type) && record.name.toLowerCase() === name.toLowerCase();

/** Whoever asks knows it for at least half of its life yet. Only names are told so: all else is short. */
function isKnown(record: MdnsRecord, { answers }: Message): boolean {
  const { name, type, ttl = 0, data } = record;
  return answers
    .slice(0, maxRecords)
    .some(
      (known) =>
        type === 'PTR' &&
        known.type === type &&
        known.name.toLowerCase() === name.toLowerCase() &&
        known.data === data &&
        (known.ttl ?? 0) >= ttl / 2,
    );
}
