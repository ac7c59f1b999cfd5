import { describe, expect, it } from 'vitest';
import { hasScreen, showOn } from '../../../../src/client/interfaces/web/screen.ts';

describe('the screen', () => {
  it.each([
    [{}, 'linux', false],
    [{ DISPLAY: ':0' }, 'linux', true],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
    [{ WSL_DISTRO_NAME: 'Debian' }, 'linux', true],
    [{ SSH_CONNECTION: '1 2 3 4' }, 'darwin', false],
    [{ SSH_CONNECTION: '1 2 3 4', DISPLAY: 'localhost:10' }, 'linux', true],
    [{}, 'darwin', true],
    [{}, 'win32', true],
  ] as const)('with %j on %s is there: %s', (env, platform, there) => {
    expect(hasScreen(env, platform)).toBe(there);
  });

  it.runIf(process.platform === 'linux')('is asked for nothing where there is none', async () => {
    await expect(showOn({})('/tmp')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('no screen'),
    });
  });
});
