import { Option } from 'commander';
import { usualMaxOwners, usualUploadSlots } from '../../settings.ts';

/** Flags that several commands share, each a setting too. */

export const downloads = (): Option =>
  new Option('--downloads <dir>', 'folder to save in; else the one you are in [$ROLLCALL_DOWNLOADS]');
export const peerPort = (): Option =>
  new Option('--peer-port <number>', 'port to serve on; 0, the default, is any free one [$ROLLCALL_PEER_PORT]');
export const limitUp = (): Option =>
  new Option('--limit-up <rate>', 'most bytes a second to send, as 500k or 5M [$ROLLCALL_LIMIT_UP]');
export const limitDown = (): Option =>
  new Option('--limit-down <rate>', 'most bytes a second to fetch, as 500k or 5M [$ROLLCALL_LIMIT_DOWN]');
export const uploadSlots = (): Option =>
  new Option(
    '--upload-slots <number>',
    `most uploads at a time, ${usualUploadSlots} unless given [$ROLLCALL_UPLOAD_SLOTS]`,
  );
export const maxOwners = (): Option =>
  new Option(
    '--max-owners <number>',
    `most owners to fetch from at a time, ${usualMaxOwners} unless given [$ROLLCALL_MAX_OWNERS]`,
  );
export const seedFor = (): Option =>
  new Option(
    '--seed-for <duration>',
    'go on serving others so long, as 10m; "none" serves nobody, not even meanwhile [$ROLLCALL_SEED_FOR]',
  );
export const classic = (): Option =>
  new Option('--classic', 'let older programs fetch what you share with everybody, unencrypted [$ROLLCALL_CLASSIC]');
