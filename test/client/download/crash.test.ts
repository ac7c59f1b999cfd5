import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { MiB } from '../../../src/base/sizes.ts';
import type { Claimant } from '../../../src/client/download/disk/claimant.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import type { DownloadPorts, DownloadRequest } from '../../../src/client/download/download.ts';
import { Crash, crashDisk, type Tear } from '../../support/crashDisk.ts';
import type { FakePeer } from '../../support/fakePeer.ts';
import { contentOf, type Scene, scene } from './scene.ts';

const batchBytes = MiB;
const content = contentOf(7 * MiB + 17);
/** Pieces that come at the same time, bytes: one in each of two requests. */
const comingBytes = 2 * MiB;

/** A run of a process that nobody else believes to be alive. */
const mortal = (pid: number): Claimant => ({ run: { pid, nonce: '00000000' }, lives: () => false });

/** Downloads with a crash at operation `at`; says whether it came to that. */
async function crash(
  s: Scene,
  { request, bob }: { request: DownloadRequest; bob: FakePeer },
  at: number,
  tear: Tear,
  power: boolean,
): Promise<boolean> {
  // Who is dead takes no more bytes.
  const onCrash = (): void => {
    bob.knobs.stopAfter = bob.sent;
  };
  const crashing = crashDisk(nodeDisk, at, tear, onCrash);
  const ports: Partial<DownloadPorts> = { ...crashing, batchBytes, claimant: mortal(1000 + at) };
  const ended = await s.download(request, ports).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (crashing.crashed && power) crashing.cutPower();
  bob.knobs.stopAfter = undefined;
  if (crashing.crashed && ended !== undefined) expect(ended).toBeInstanceOf(Crash);
  return crashing.crashed;
}

/** The same request again, by a process of its own; a file that was published in the end may be there already. */
async function again(s: Scene, request: DownloadRequest): Promise<void> {
  try {
    await s.download(request, { claimant: mortal(7), batchBytes });
  } catch (error) {
    expect(error).toMatchObject({ code: 'exists' });
  }
}

const everyTear: readonly [Tear, boolean][] = [
  ['within', false],
  ['after', false],
  ['after', true],
];

describe.each(everyTear)('a crash %s any operation (power lost: %s)', (tear, power) => {
  test('costs the pieces on their way at most, and those not journalled yet where the power is lost, and the same request ends with the same bytes', async () => {
    let at = 1;
    for (let crashed = true; crashed; at++) {
      await using s = await scene();
      // Nothing comes while the disk is at work, however slow it is: what is on its way is the same in every run.
      const bob = await s.peer('Bob', [content], { chunkMs: 1, chunkBytes: MiB / 2 });
      const request = s.request(content, [bob]);
      crashed = await crash(s, { request, bob }, at, tear, power);
      expect(await partialUnderFinalName(s)).toBe(false);
      await again(s, request);
      expect((await s.saved()).equals(content.bytes), `after a crash at ${at}`).toBe(true);
      expect(await s.names(), `after a crash at ${at}`).toEqual(['saved.bin']);
      expect(bob.sent - content.size, `bytes fetched twice after a crash at ${at}`).toBeLessThanOrEqual(
        (power ? 2 * batchBytes : 0) + comingBytes,
      );
    }
    expect(at).toBeGreaterThan(30);
  }, 60_000);
});

/** True where something is under the final name that is not all of it. */
async function partialUnderFinalName(s: Scene): Promise<boolean> {
  if (!(await s.names()).includes('saved.bin')) return false;
  return !(await readFile(s.target)).equals(content.bytes);
}

describe('a crash and a dead owner', () => {
  test('the rest comes from another owner, whatever piece the first one got to', async () => {
    for (let pieces = 0; pieces <= 3; pieces++) {
      await using s = await scene();
      const bob: FakePeer = await s.peer('Bob', [content], { stopAfter: pieces * MiB });
      const failed = s.download(s.request(content, [bob]));
      await expect(failed).rejects.toMatchObject({ code: pieces === 0 ? 'unreachable' : 'unfinished' });
      await bob[Symbol.asyncDispose]();
      const sally = await s.peer('Sally', [content]);
      await s.download(s.request(content, [bob, sally]));
      expect((await s.saved()).equals(content.bytes)).toBe(true);
      expect(sally.sent).toBe(content.size - pieces * MiB);
    }
  });
});
