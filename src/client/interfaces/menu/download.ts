import { resourceName } from '../../../base/names.ts';
import type { Saved } from '../../app.ts';
import { untilAborted } from '../cli/abort.ts';
import { openProgress } from '../cli/progress.ts';
import { savedLines } from '../cli/saved.ts';
import { openWaiting } from '../cli/waiting.ts';
import { listResources } from './lists.ts';
import type { Answer } from './prompt.ts';
import type { Room } from './room.ts';
import { invalidChoice, isUnverified, type Offer, offerLines, questions } from './texts.ts';

/** Option 4: lists, asks for a name, lets choose an owner where there are several, downloads. */
export async function download(room: Room): Promise<Answer['answer']> {
  const { prompt, participant, signal } = room;
  if ((await listResources(room)) === 0) return 'line';
  const answer = await prompt.ask(questions.download, signal);
  const typed = answer.answer === 'line' ? answer.text.trim() : '';
  if (typed === '') return answer.answer;
  const name = resourceName(typed);
  const { choices, unverified } = await untilAborted(signal, participant.located({ name }));
  const offers: Offer[] = [
    ...choices.flatMap((choice) => choice.owners.map((owner) => ({ choice, owner }))),
    ...unverified.map((choice) => ({ choice, owner: choice.owners[0] })),
  ];
  const [only] = offers;
  if (only !== undefined && offers.length === 1) {
    await fetch(room, only);
    return 'line';
  }
  prompt.print(`Available owners for resource '${name}':`);
  for (const line of offerLines(offers)) prompt.print(line);
  return chooseOwner(room, offers);
}

/** Asks until there is a good answer, or none. */
async function chooseOwner(room: Room, offers: readonly Offer[]): Promise<Answer['answer']> {
  for (;;) {
    const answer = await room.prompt.ask(`Select an owner (1-${offers.length}): `, room.signal);
    const typed = answer.answer === 'line' ? answer.text.trim() : '';
    if (typed === '') return answer.answer;
    const offer = /^\d+$/.test(typed) ? offers[Number(typed) - 1] : undefined;
    if (offer !== undefined) {
      await fetch(room, offer);
      return 'line';
    }
    room.prompt.print(invalidChoice);
  }
}

async function fetch(room: Room, offer: Offer): Promise<void> {
  const { prompt, cwd } = room;
  const { owner } = offer;
  prompt.print(`Downloading resource '${owner.name}' from ${owner.user} (${owner.address}:${owner.port})`);
  const saved = await save(room, offer);
  for (const line of savedLines(owner.name, saved, cwd)) prompt.print(line);
}

async function save({ participant, prompt, terminal, clock, signal }: Room, offer: Offer): Promise<Saved> {
  using progress = openProgress(terminal, offer.owner.name, clock);
  const onProgress = ({ bytes, size }: { bytes: number; size: number | null }): void => progress.update(bytes, size);
  const how = { ifExists: 'rename', signal, onProgress } as const;
  if (isUnverified(offer)) return await participant.downloadUnverified(offer.choice, how);
  const onWaiting = openWaiting((_owner, _place, line) => prompt.print(line));
  return await participant.download(offer.choice, offer.owner, { ...how, onWaiting });
}
