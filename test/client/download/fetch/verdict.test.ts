import { expect, test } from 'vitest';
import type { ErrorCode } from '../../../../src/base/errors.ts';
import { fingerprint } from '../../../../src/base/ids.ts';
import { verdict } from '../../../../src/client/download/fetch/verdict.ts';
import { type FaultKind, OwnerFault } from '../../../../src/client/download/plan/faults.ts';

const failed = (kind: FaultKind, message: string, digit = '1') => ({
  owner: { address: `10.0.0.${digit}`, port: 7000, fingerprint: fingerprint(digit.repeat(64)), ticket: '' },
  fault: new OwnerFault(kind, message),
});
const kept = { bytes: 2_100_000, size: 3_460_000_000 };
const nothing = { ...kept, bytes: 0 };
const name = 'report.bin';

test.each<[ErrorCode, FaultKind, string]>([
  [
    'unfinished',
    'cut',
    "'report.bin' could not be fetched to its end (10.0.0.1:7000: why). 2.1 MB of 3.46 GB are kept: a new try goes on from there.",
  ],
  [
    'bad-content',
    'bad',
    "what the owners of 'report.bin' send is not the content that was announced (10.0.0.1:7000: why). Ask them to share it anew.",
  ],
  [
    'changed',
    'changed',
    "'report.bin' was changed by its owners since it was announced (10.0.0.1:7000: why). Look for it again.",
  ],
])('%s says what is next, and of what is kept only where that goes on', (code, kind, message) => {
  expect(verdict({ code, name, kept, faults: [failed(kind, 'why')] })).toMatchObject({ code, message });
});

test.each<[ErrorCode, FaultKind, string]>([
  [
    'refused',
    'refused',
    "every owner of 'report.bin' refused the ticket (10.0.0.1:7000: why). Ask one of them to share it anew.",
  ],
  ['not-found', 'missing', "no owner has 'report.bin' any more (10.0.0.1:7000: why). Look for it again later."],
  ['unreachable', 'unreachable', "no owner of 'report.bin' can be reached (10.0.0.1:7000: why). Try again later."],
  ['unreachable', 'busy', "nobody could give 'report.bin' (10.0.0.1:7000: why). Try again later."],
])('%s where all said %s names what to do', (code, kind, message) => {
  expect(verdict({ code, name, kept: nothing, faults: [failed(kind, 'why')] })).toMatchObject({ code, message });
});

test('a reason that is no failure comes first, and no more than three owners are named', () => {
  const faults = ['1', '2', '3', '4', '5'].map((digit) => failed('cut', 'gone', digit));
  const { message } = verdict({ code: 'unreachable', name, kept: nothing, faults, why: 'they lack it' });
  expect(message).toBe(
    "nobody could give 'report.bin' (they lack it; 10.0.0.1:7000: gone; 10.0.0.2:7000: gone; 10.0.0.3:7000: gone; 2 more). Try again later.",
  );
});

test('where nobody is listed it says so, and a name cannot move the cursor', () => {
  const { message } = verdict({ code: 'unreachable', name: 'a\u001b[2Jb', kept: nothing, faults: [] });
  expect(message).toContain('(nobody is listed with it any more)');
  expect(message).not.toContain('\u001b');
});
