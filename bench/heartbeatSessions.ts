import { hash } from 'node:crypto';
import { type SessionId, sessionId } from '../src/base/ids.ts';

/** Sessions as a tracker names them: a number of its run, then a count. */
export const benchSession = (index: number): SessionId => sessionId(0xabcde * 2 ** 32 + index);

export const benchKey = (index: number): Uint8Array => hash('sha256', `heartbeat key ${index}`, 'buffer');
