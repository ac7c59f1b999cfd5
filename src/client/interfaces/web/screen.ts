import { RollcallError } from '../../../base/errors.ts';

/** Whether this process can show a window: without a display, as on a server or over SSH, a browser would open nowhere. */
export function hasScreen(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'win32') return true;
  if (env['SSH_CONNECTION'] && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return false;
  return platform === 'darwin' || [env['DISPLAY'], env['WAYLAND_DISPLAY'], env['WSL_DISTRO_NAME']].some(Boolean);
}

/** Opens an address or a folder with what the system opens such things with. */
export type Show = (target: string) => Promise<void>;

/**
 * @throws RollcallError `refused` where there is no screen, or nothing that opens it
 */
export const showOn =
  (env: NodeJS.ProcessEnv): Show =>
  async (target) => {
    if (!hasScreen(env)) throw new RollcallError('refused', 'this machine has no screen to show it on');
    const { default: open } = await import('open');
    try {
      const opener = await open(target);
      // What it fails with later is nobody's to tell; unheard it would end this process.
      opener.on('error', () => {});
    } catch (cause) {
      throw new RollcallError('refused', `nothing on this machine opens it: ${(cause as Error).message}`, { cause });
    }
  };
