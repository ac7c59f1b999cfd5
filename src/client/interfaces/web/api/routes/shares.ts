import { RollcallError } from '../../../../../base/errors.ts';
import { resourceName } from '../../../../../base/names.ts';
import type { Routes } from '../api.ts';
import { inField, ofField, optionalName, termsOf, wholePath } from '../fields.ts';
import { answers, done } from '../schemas/answers.ts';
import { byName, newShare, share, shares } from '../schemas/shares.ts';

const tags = ['shares'];

export const shareRoutes: Routes = (api, { daemon }) => {
  const listing = { tags, summary: 'What this client shares', response: answers(shares) };
  api.get('/shares', { schema: listing }, async () => ({ shares: daemon.shares() }));

  const summary = 'Share a file or a folder of this machine, from now on';
  const sharing = { tags, summary, body: newShare, response: answers(share) };
  api.post('/shares', { schema: sharing }, async ({ body }) => {
    const path = inField('path', () => wholePath(body.path));
    const terms = { ...termsOf(body), as: optionalName('as', body.as) };
    try {
      return await daemon.share(path, terms);
    } catch (error) {
      const taken = error instanceof RollcallError && error.code === 'exists';
      throw ofField(taken ? 'as' : 'path', error);
    }
  });

  const withdrawing = { tags, summary: 'Share it no longer; the file stays', params: byName, response: done };
  api.delete('/shares/:name', { schema: withdrawing }, async ({ params }, reply) => {
    await daemon.withdraw(inField('name', () => resourceName(params.name)));
    return reply.code(204).send();
  });
};
