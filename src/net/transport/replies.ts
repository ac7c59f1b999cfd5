import { encodeProblem, problemType } from '../wire/peer.ts';
import type { HttpReply } from './transport.ts';

/** What a caller gets where the handler fails. What went wrong is for our own log alone: it may name our paths. */
export const faultReply: HttpReply = {
  status: 500,
  headers: new Map([['content-type', problemType]]),
  body: encodeProblem('fault', 'this peer met a fault of its own: try again, or fetch from another owner'),
};
