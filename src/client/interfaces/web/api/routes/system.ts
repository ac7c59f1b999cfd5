import { RollcallError } from '../../../../../base/errors.ts';
import { FieldError } from '../../../../../web/problem.ts';
import type { Routes } from '../api.ts';
import type { SettingsChangeBody } from '../bodies.ts';
import { answers } from '../schemas/answers.ts';
import { date, log, logQuery, rates, settings, settingsChange } from '../schemas/system.ts';

const tags = ['system'];

export const systemRoutes: Routes = (api, { daemon }) => {
  const rating = { tags, summary: 'Bytes a second up and down, over the last minutes', response: answers(rates) };
  api.get('/rates', { schema: rating }, async () => ({ samples: [...daemon.rates()] }));

  const logging = { tags, summary: 'The newest entries of the log', querystring: logQuery, response: answers(log) };
  api.get('/log', { schema: logging }, async ({ query: { level, after, limit } }) => ({
    entries: daemon.log.entries({ level, after, most: limit }),
  }));

  const telling = { tags, summary: 'The settings as they are', response: answers(settings) };
  api.get('/settings', { schema: telling }, async () => daemon.settings());

  const summary = 'Change settings, at once and for good: all that are named, or none';
  const changing = { tags, summary, body: settingsChange, response: answers(settings) };
  api.patch('/settings', { schema: changing }, async ({ body }) => {
    try {
      return await daemon.configure(body);
    } catch (error) {
      throw ofSettings(body, error);
    }
  });

  const dating = { tags, summary: 'What time it is, and who says so', response: answers(date) };
  api.get('/date', { schema: dating }, async () => daemon.date());
};

/** The message of a wrong setting begins with its name, as `limitUp: …`. */
function ofSettings(change: SettingsChangeBody, error: unknown): unknown {
  if (!(error instanceof RollcallError)) return error;
  const { field = '', why = '' } = /^(?<field>\w+): (?<why>.*)$/s.exec(error.message)?.groups ?? {};
  if (!Object.hasOwn(change, field)) return error;
  return new FieldError(error.code, error.message, { [field]: why }, { cause: error });
}
