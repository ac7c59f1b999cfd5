import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RollcallError } from '../../../../../base/errors.ts';
import type { Download } from '../../../../app.ts';
import type { Routes } from '../api.ts';
import { optionalId, optionalName, optionalPath, optionalUser } from '../fields.ts';
import { answers, done } from '../schemas/answers.ts';
import { byId, download, downloadWithPieces, newDownload, transfers as transfersBody } from '../schemas/transfers.ts';

const tags = ['transfers'];

export const transferRoutes: Routes = (api, { daemon, openFolder }) => {
  const { transfers } = daemon;

  const listing = { tags, summary: 'What is fetched and what is sent', response: answers(transfersBody) };
  api.get('/transfers', { schema: listing }, async () => ({
    downloads: transfers.list(),
    uploads: daemon.uploads(),
  }));

  const summary = 'Download by name or by content id; of several contents of one name, those to choose from are told';
  const adding = { tags, summary, body: newDownload, response: answers(download) };
  api.post('/transfers', { schema: adding }, async ({ body }) =>
    transfers.add({
      name: optionalName('name', body.name),
      id: optionalId('id', body.id),
      from: optionalUser('from', body.from),
      file: optionalPath('file', body.file),
      ifExists: body.ifExists,
    }),
  );

  const looking = { tags, summary: 'One download, and which of its pieces are here', params: byId };
  api.get('/transfers/:id', { schema: { ...looking, response: answers(downloadWithPieces) } }, async ({ params }) => ({
    ...transfers.get(params.id),
    pieces: transfers.pieces(params.id) ?? null,
  }));

  const steer = (how: string, told: string, act: (found: Download) => unknown): void => {
    const schema = { tags, summary: told, params: byId, response: answers(download) };
    api.post(`/transfers/:id/${how}`, { schema }, async ({ params: { id } }) => {
      await act(transfers.get(id));
      return transfers.get(id);
    });
  };
  steer('pause', 'Stop it, and keep what has come', ({ id }) => transfers.pause(id));
  steer('resume', 'Go on from what has come', ({ id }) => transfers.resume(id));
  steer('cancel', 'Stop it, and remove what has come', ({ id }) => transfers.cancel(id));
  steer('open', "Show the folder that it was saved in, on this machine's screen", async (found) =>
    openFolder(await folderOf(found)),
  );

  const forgetting = { tags, summary: 'Take it off the list; what was saved stays', params: byId, response: done };
  api.delete('/transfers/:id', { schema: forgetting }, async ({ params }, reply) => {
    transfers.forget(params.id);
    return reply.code(204).send();
  });
};

/** @throws RollcallError `usage` where it is not done, `not-found` where its folder has gone */
async function folderOf({ path, name }: Download): Promise<string> {
  if (path === null) throw new RollcallError('usage', `"${name}" is not saved yet: wait until it is done`);
  const folder = dirname(path);
  const found = await stat(folder).catch((cause: unknown) => {
    throw new RollcallError('not-found', `${folder}, where "${name}" was saved, is not there any more`, { cause });
  });
  if (found.isDirectory()) return folder;
  throw new RollcallError('not-found', `${folder}, where "${name}" was saved, is no folder any more`);
}
