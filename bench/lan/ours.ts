import { join } from 'node:path';
import { MiB } from '../../src/base/sizes.ts';
import { crowdHosts, crowdNames, type Rival } from './crowd.ts';
import { makeFile } from './files.ts';
import { openScene } from './scene.ts';

export const crowdFileBytes: number = 256 * MiB;

/** `rollcall share` on the seeder, `rollcall get` on each downloader, each with a home of its own. */
export const ours: Rival = {
  name: 'rollcall',
  trouble: async () => undefined,
  bytes: () => crowdFileBytes,
  async round(downloaders, bytes, limitSeconds) {
    await using scene = await openScene(crowdHosts(downloaders));
    const path = join(scene.folder, 'big.bin');
    const digest = makeFile(path, bytes);
    await using _seeder = await scene.share(scene.lan.host('seeder'), path);
    const crowd = crowdNames(downloaders).map((name) => scene.lan.host(name));
    return await scene.getAtOnce(crowd, 'big.bin', digest, limitSeconds);
  },
};
