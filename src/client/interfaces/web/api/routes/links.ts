import { qrModules } from '../../../qr.ts';
import type { Routes } from '../api.ts';
import { optionalId, optionalName, optionalUser } from '../fields.ts';
import { answers } from '../schemas/answers.ts';
import { link, newLink } from '../schemas/links.ts';

/** Without the light around it, which whoever draws it adds. */
const qrRows = (url: string): string[] =>
  qrModules(url, 0).map((row) => row.map((dark) => (dark ? '1' : '0')).join(''));

export const linkRoutes: Routes = (api, { daemon }) => {
  const summary = 'Make an address of limited life where any browser on the network finds a file';
  const schema = { tags: ['links'], summary, body: newLink, response: answers(link) };
  api.post('/links', { schema }, async ({ body }) => {
    const { seconds, uses, plain } = body;
    const name = optionalName('name', body.name);
    const id = optionalId('id', body.id);
    const from = optionalUser('from', body.from);
    const made = await daemon.link({ name, id, from, seconds, uses, plain });
    return { ...made, qr: qrRows(made.url) };
  });
};
