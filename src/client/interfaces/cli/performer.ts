import type { SettingFlags } from '../../settings/settings.ts';
import type { Context } from './context.ts';

/** Flags that go with every command, before or after its name. */
export interface GlobalFlags {
  json?: boolean | undefined;
  quiet?: boolean | undefined;
  verbose?: boolean | undefined;
  color?: boolean | undefined;
}

export interface Performer {
  /**
   * Acts on the tracker or the disk, with the settings that the flags and the environment give. A number that comes of
   * it is the exit status.
   */
  perform(flags: GlobalFlags & SettingFlags, act: (context: Context) => Promise<unknown>): Promise<void>;
  /** Runs what is no client: it has settings and an end of its own. */
  serve(flags: GlobalFlags, act: () => Promise<void>): Promise<void>;
}
