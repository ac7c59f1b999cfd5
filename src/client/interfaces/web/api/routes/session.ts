import { RollcallError } from '../../../../../base/errors.ts';
import type { Routes } from '../api.ts';
import { answers } from '../schemas/answers.ts';
import { session, token as tokenBody } from '../schemas/session.ts';

export const sessionRoutes: Routes = (api, { codes, token }) => {
  const tags = ['session'];
  const summary = 'Exchange the code of a one-time address for the token that all else asks for';
  const schema = { tags, summary, security: [], body: session, response: answers(tokenBody) };
  api.post('/session', { config: { open: true }, schema }, async ({ body: { code } }) => {
    if (codes.redeem(code)) return { token };
    throw new RollcallError(
      'refused',
      'this address was good once, or too long ago: press Enter where rollcall runs, and open the address that it prints',
    );
  });
};
