import { describe, expect, it } from 'vitest';
import { flowWindowMs } from '../../../../src/client/sharing/limits.ts';
import { Flow } from '../../../../src/client/sharing/serve/flow.ts';

describe('a flow', () => {
  it('counts what was taken in this window and the one before, and nothing older', () => {
    const flow = new Flow(1000);
    flow.took(3, 1000);
    flow.took(4, 1000 + flowWindowMs);
    expect(flow.recent(1000 + flowWindowMs)).toBe(7);
    expect(flow.recent(1000 + 2 * flowWindowMs - 1)).toBe(7);
    expect(flow.recent(1000 + 2 * flowWindowMs)).toBe(4);
    expect(flow.recent(1000 + 3 * flowWindowMs)).toBe(0);
  });

  it('forgets all over a long pause', () => {
    const flow = new Flow(0);
    flow.took(9, 0);
    expect(flow.recent(2 * flowWindowMs)).toBe(0);
    flow.took(1, 100 * flowWindowMs);
    expect(flow.recent(100 * flowWindowMs)).toBe(1);
  });
});
