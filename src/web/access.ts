import type { FastifyRequest } from 'fastify';
import { tokenCheck } from './tokens.ts';

/** Whether a route is for those who have the token. Goes by the route itself, which no spelling of an address changes. */
export function isClosed({ routeOptions, url }: FastifyRequest): boolean {
  if (routeOptions.config.open) return false;
  const route = routeOptions.url ?? url;
  return route.startsWith('/api/') || route === '/metrics';
}

/** Tells whether a request carries one of the tokens as RFC 6750 has it: `Authorization: Bearer TOKEN`. */
export function tokenBearer(tokens: readonly string[]): (request: FastifyRequest) => boolean {
  const checks = tokens.map(tokenCheck);
  return ({ headers }) => {
    const given = /^bearer +(?<token>\S+)$/i.exec(headers.authorization ?? '')?.groups?.['token'];
    return given !== undefined && checks.some((isToken) => isToken(given));
  };
}
