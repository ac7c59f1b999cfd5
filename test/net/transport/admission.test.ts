import { describe, expect, it } from 'vitest';
import { createAdmission } from '../../../src/net/transport/admission.ts';
import { recordingLog } from '../../server/support/brain.ts';

const at = (host: string, port = 1): { host: string; port: number } => ({ host, port });

describe('admission', () => {
  it('lets in as many as the limit of an address, and one more when one has left', () => {
    const { admit, departed } = createAdmission({ total: 10, perAddress: 2 }, recordingLog().log);
    expect([admit(at('a')), admit(at('a')), admit(at('a')), admit(at('b'))]).toEqual([true, true, false, true]);
    departed(at('a'));
    expect([admit(at('a')), admit(at('a'))]).toEqual([true, false]);
  });

  it('lets in as many as the limit of all', () => {
    const { admit, departed } = createAdmission({ total: 2, perAddress: 2 }, recordingLog().log);
    expect([admit(at('a')), admit(at('b')), admit(at('c'))]).toEqual([true, true, false]);
    departed(at('b'));
    expect(admit(at('c'))).toBe(true);
  });

  it('tells the log of a limit once, and once more when it was no longer met in between', () => {
    const { log, lines } = recordingLog();
    const { admit, departed } = createAdmission({ total: 10, perAddress: 1 }, log);
    for (let tried = 0; tried < 5; tried++) admit(at('a'));
    expect(lines.map(({ fields }) => fields)).toEqual([{ address: 'a', limit: 1, whose: 'a' }]);
    departed(at('a'));
    for (let tried = 0; tried < 5; tried++) admit(at('a'));
    expect(lines).toHaveLength(2);
  });
});
