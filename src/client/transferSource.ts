import { homedir } from 'node:os';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { RollcallError } from '../base/errors.ts';
import { makeFolders } from '../base/makeFolders.ts';
import { safeText } from '../base/safeText.ts';
import { type Chosen, choose, isUnverified } from './choosing/choose.ts';
import type { Saved, Visitor, WantedResource } from './contract.ts';
import { usualTarget } from './savedName.ts';
import type { Fetchable, Fetching, Source } from './transfers/source.ts';
import type { WantedDownload } from './transfers/transfers.ts';

/** Downloads as the list of them asks for them, of a client that is at a tracker. `downloads`: the folder as it is set now. */
export function transferSource(
  client: Pick<Visitor, 'located' | 'download' | 'downloadUnverified'>,
  downloads: () => string,
): Source {
  const fetchable = (chosen: Chosen, file: string): Fetchable => {
    const { choice, first } = chosen;
    return {
      name: first.name,
      content: choice.id,
      kind: choice.kind,
      size: choice.size,
      from: first.user,
      file,
      async fetch(how) {
        if (dirname(file) === resolve(downloads())) await makeDownloads(dirname(file));
        return await fetchChosen(client, chosen, file, how);
      },
    };
  };
  return {
    async locate({ name, id, from, file }) {
      const chosen = await choose(await client.located(lookFor({ name, id })), { what: name ?? id ?? '', from, id });
      const target = file === undefined ? usualTarget(downloads(), chosen.first) : resolve(file);
      for (const folder of [downloads(), homedir()]) refuseAround(target, folder);
      return fetchable(chosen, target);
    },
    async locateAgain({ name, content, kind, size, from, file }) {
      if (content === null) {
        const { unverified } = await client.located({ name });
        return fetchable(await choose({ choices: [], unverified }, { what: name, from }), file);
      }
      const { choices } = await client.located({ id: content });
      // Whoever states another size or kind of it is a choice of his own.
      const choice = choices.find((one) => one.kind === kind && one.size === size);
      const first = choice?.owners.find(({ user }) => user === from) ?? choice?.owners[0];
      if (choice !== undefined && first !== undefined) return fetchable({ choice, first }, file);
      throw new RollcallError(
        'not-found',
        `nobody shares '${safeText(name)}' at the moment: try again when somebody does`,
      );
    },
  };
}

const lookFor = ({ name, id }: Pick<WantedDownload, 'name' | 'id'>): WantedResource => {
  if (name !== undefined) return { name };
  if (id !== undefined) return { id };
  throw new RollcallError('usage', 'say what to download: a name, or a content id');
};

/** The downloads folder, which the user named and need not have made. */
async function makeDownloads(folder: string): Promise<void> {
  try {
    await makeFolders(folder);
  } catch (cause) {
    const why = (cause as Error).message;
    const message = `the downloads folder cannot be made: ${why}. Choose another in the settings`;
    throw new RollcallError('usage', message, { cause });
  }
}

/**
 * What is fetched may take the place of what is there, which must not be a folder that somebody's things are in.
 * @throws RollcallError `usage`
 */
function refuseAround(file: string, folder: string): void {
  const inside = relative(file, folder);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return;
  throw new RollcallError(
    'usage',
    `'${safeText(file)}' is the folder '${safeText(folder)}', or around it: give the name of a file or folder in it`,
  );
}

function fetchChosen(
  client: Pick<Visitor, 'download' | 'downloadUnverified'>,
  chosen: Chosen,
  file: string,
  { onProgress, onWaiting, onView, ...how }: Fetching,
): Promise<Saved> {
  if (!isUnverified(chosen)) {
    return client.download(chosen.choice, chosen.first, { ...how, file, onProgress, onWaiting, onView });
  }
  return client.downloadUnverified(chosen.choice, {
    ...how,
    file,
    onProgress: (progress) => onProgress({ ...progress, resumedBytes: 0 }),
  });
}
