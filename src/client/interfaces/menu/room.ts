import type { Announcement } from '../../../base/roll.ts';
import type { Participant } from '../../app.ts';
import type { Context } from '../cli/context.ts';
import type { Announced } from '../events.ts';
import type { Prompt } from './prompt.ts';

/** What the menu's options work with. */
export interface Room extends Pick<Context, 'terminal' | 'clock' | 'cwd'> {
  prompt: Prompt;
  participant: Participant;
  announced: Announced;
  /** Folders whose entries are shared; absolute. */
  folders: readonly string[];
  /** Ends the menu; while an option runs, that option alone. */
  signal: AbortSignal;
}

export const announcedText = ({ name }: Announcement): string => `Announced resource: ${name}`;
