import { describe, expect, it } from 'vitest';
import { connections, connectionsOfOne } from '../../../../src/client/sharing/limits.ts';
import { admission } from '../../../../src/client/sharing/serve/admission.ts';

const from = (host: string): { host: string; port: number } => ({ host, port: 1 });

describe('admission', () => {
  it('bounds the connections of one address, and lets in another', () => {
    const { admit, departed } = admission();
    for (let count = 0; count < connectionsOfOne; count++) expect(admit(from('10.0.0.1'))).toBe(true);
    expect(admit(from('10.0.0.1'))).toBe(false);
    expect(admit(from('10.0.0.2'))).toBe(true);
    departed(from('10.0.0.1'));
    expect(admit(from('10.0.0.1'))).toBe(true);
  });

  it('bounds the connections of all, and lets in again when one departs', () => {
    const { admit, departed } = admission();
    for (let count = 0; count < connections; count++) expect(admit(from(`10.0.0.${count}`))).toBe(true);
    expect(admit(from('10.1.0.1'))).toBe(false);
    departed(from('10.0.0.5'));
    expect(admit(from('10.1.0.1'))).toBe(true);
  });
});
