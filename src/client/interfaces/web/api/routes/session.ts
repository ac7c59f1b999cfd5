import { RollcallError } from '../../../../../base/errors.ts';
import type { Routes } from '../api.ts';
import { answers, withoutToken } from '../schema.ts';
import { session, token as tokenBody } from '../schemas.ts';

export const sessionRoutes: Routes = (api, { codes, token }) => {
  const { config, security } = withoutToken;
  const tags = ['session'];
  const summary = 'Exchange the code of a one-time address for the token that all else asks for';
  const schema = { tags, summary, security, body: session, response: answers(tokenBody) };
  api.post('/session', { config, schema }, async ({ body: { code } }) => {
    if (codes.redeem(code)) return { token };
    throw new RollcallError(
      'refused',
      'this address was good once, or too long ago: press Enter where rollcall runs, and open the address that it prints',
    );
  });
};
