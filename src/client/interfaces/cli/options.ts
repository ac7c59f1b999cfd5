import { Option } from 'commander';
import { usualMaxOwners, usualUploadSlots } from '../../settings.ts';

/** Flags that several commands share, each a setting too. */

export const downloads = (): Option =>
  new Option('--downloads <dir>', 'where downloads are saved [ROLLCALL_DOWNLOADS]');
export const peerPort = (): Option =>
  new Option('--peer-port <number>', 'the port to serve on; 0 lets the system choose [ROLLCALL_PEER_PORT]');
export const limitUp = (): Option =>
  new Option('--limit-up <rate>', 'send at most so many bytes a second, as 500k or 5M [ROLLCALL_LIMIT_UP]');
export const limitDown = (): Option =>
  new Option('--limit-down <rate>', 'fetch at most so many bytes a second [ROLLCALL_LIMIT_DOWN]');
export const uploadSlots = (): Option =>
  new Option(
    '--upload-slots <number>',
    `uploads at a time, ${usualUploadSlots} where not given [ROLLCALL_UPLOAD_SLOTS]`,
  );
export const maxOwners = (): Option =>
  new Option(
    '--max-owners <number>',
    `owners to fetch from at a time, ${usualMaxOwners} where not given [ROLLCALL_MAX_OWNERS]`,
  );
export const seedFor = (): Option =>
  new Option(
    '--seed-for <duration>',
    'serve others so long afterwards; none: never, not even while downloading [ROLLCALL_SEED_FOR]',
  );
