import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MiB } from '../src/base/sizes.ts';
import { type Host, lanTrouble } from '../test/support/lan.ts';
import { makeFile, mustHave } from './lan/files.ts';
import { openScene, type Scene } from './lan/scene.ts';
import { check, show, tell } from './lan/stage.ts';

const people = ['Ada', 'Bob', 'Cyd', 'Dan'] as const;
const mbit = 100;
const film = 'film.mkv';
const filmBytes = 48 * MiB;
const saveLimitMs = 40_000;
/** By then the roll has to show a change, milliseconds: a cut cable takes it 12 s, and coming back 30 s at the most. */
const noticeMs = 40_000;
const lookMs = 50;

/** Shows what happens on a LAN of five machines, with cables to pull. The exit status is 0 only if every check held. */
async function demo(): Promise<void> {
  const from = performance.now();
  try {
    await using scene = await openScene(people.map((name) => ({ name, mbit })));
    await play(scene);
    tell(`That was rollcall on a LAN: every check held, in ${since(from)}. Nothing of it is left on this machine.`);
  } catch (error) {
    tell(`The demonstration failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

async function play(scene: Scene): Promise<void> {
  const { lan, folder } = scene;
  const host = (name: (typeof people)[number] | 'tracker'): Host => lan.host(name);
  tell(`A switch and five machines, all in this one; each has a cable of its own, ${mbit} Mbit/s and more, to pull.`);
  for (const name of ['tracker', ...people] as const) console.log(`    ${name.padEnd(8)} ${host(name).address}`);

  tell('Ada and Bob have the same film. Each shares it.');
  const path = join(folder, film);
  const digest = makeFile(path, filmBytes);
  for (const name of ['Ada', 'Bob'] as const) {
    await check(`${name} is here`, async () => {
      await scene.share(host(name), path);
      return `shares ${film}`;
    });
  }

  tell('Anybody can see who is here, and what there is.');
  show('rollcall who', await scene.run(host('Dan'), 'who'));
  show('rollcall ls', await scene.run(host('Dan'), 'ls'));

  tell('Cyd and Dan want the film, at the same moment.');
  const fetch = (name: 'Cyd' | 'Dan', as: string, claim = `${name} has the film`): Promise<void> =>
    check(claim, async () => {
      const target = join(folder, as);
      await using downloader = scene.get(host(name), film, target);
      const { from, seconds } = await downloader.event('saved', saveLimitMs);
      await mustHave(target, digest);
      const rate = (filmBytes * 8) / 1e6 / Number(seconds);
      return `${filmBytes / MiB} MiB in ${Number(seconds).toFixed(1)} s, ${rate.toFixed(0)} Mbit/s, from ${said(from)}; every byte is right`;
    });
  await Promise.all([fetch('Cyd', 'cyds-film.mkv'), fetch('Dan', 'dans-film.mkv')]);

  tell("Bob's cable is pulled. He says no goodbye: there is only silence.");
  host('Bob').pull();
  const pulled = performance.now();
  const bob = async (): Promise<string> => stateOf(await scene.run(host('Cyd'), 'ls', '--json'), 'Bob');
  await check('the roll takes note', async () => {
    await until('suspect', bob);
    return `Bob is suspect ${since(pulled)} after the cable was pulled`;
  });
  show('rollcall who', await scene.run(host('Dan'), 'who'));
  await check('the roll drops him', async () => {
    await until('gone', bob);
    return `Bob is off every list after ${since(pulled)}`;
  });
  show('rollcall ls', await scene.run(host('Dan'), 'ls'));
  await fetch('Dan', 'dans-copy.mkv', 'Dan gets the film again');

  tell('The cable is put back. Nobody touches the machine.');
  host('Bob').plug();
  const plugged = performance.now();
  await check('Bob is back by himself', async () => {
    await until('alive', bob);
    return `on the roll ${since(plugged)} later, with what he shares`;
  });
  show('rollcall ls', await scene.run(host('Dan'), 'ls'));
}

/** @throws where it takes too long */
async function until(state: string, look: () => Promise<string>): Promise<void> {
  const from = performance.now();
  while ((await look()) !== state) {
    if (performance.now() - from > noticeMs) throw new Error(`not ${state} after ${since(from)}`);
    await pause(lookMs);
  }
}

/** What the lines of `rollcall ls --json` say of somebody. */
function stateOf(output: string, owner: string): string {
  const rows: { owner: string; state: string }[] = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return rows.find((row) => row.owner === owner)?.state ?? 'gone';
}

const said = (from: unknown): string => (Array.isArray(from) ? from.join(' and ') : '');

const since = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;

process.once('SIGINT', () => process.exit(130));
const trouble = lanTrouble();
if (trouble === undefined) await demo();
else {
  console.error(`There is no LAN to show: ${trouble}`);
  process.exitCode = 1;
}
