import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { RollcallError } from '../base/errors.ts';
import { codeBytes, codeMs, maxCodes, maxCodeTries } from './limits.ts';
import { tokenCheck } from './tokens.ts';

/** Codes that are good once: what leads a browser in without leaving the token in its history. */
export interface OneTimeCodes {
  issue(): string;
  /** Whether it was good; it is not any more. @throws RollcallError `limit` where too many were tried within a second */
  redeem(code: string): boolean;
}

interface Issued {
  is: (code: string) => boolean;
  until: number;
}

export function openOneTimeCodes(clock: Clock): OneTimeCodes {
  let issued: Issued[] = [];
  let tries: number[] = [];

  const countTry = (now: number): void => {
    tries = tries.filter((at) => now - at < 1000);
    if (tries.length >= maxCodeTries) {
      throw new RollcallError('limit', `more than ${maxCodeTries} codes were tried within a second: wait a moment`);
    }
    tries.push(now);
  };

  return {
    issue() {
      const code = randomBytes(codeBytes).toString('base64url');
      issued.push({ is: tokenCheck(code), until: clock.now() + codeMs });
      issued = issued.slice(-maxCodes);
      return code;
    },
    redeem(code) {
      const now = clock.now();
      countTry(now);
      issued = issued.filter(({ until }) => now < until);
      const left = issued.filter(({ is }) => !is(code));
      const good = left.length < issued.length;
      issued = left;
      return good;
    },
  };
}
