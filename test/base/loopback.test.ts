import { expect, test } from 'vitest';
import { isLoopback } from '../../src/base/loopback.ts';

test('loopback is all of its network, and nothing else', () => {
  for (const address of ['127.0.0.1', '127.8.0.1', '::1']) expect(isLoopback(address)).toBe(true);
  for (const address of ['128.0.0.1', '192.168.127.1', '::2', 'fd00::1']) expect(isLoopback(address)).toBe(false);
});
