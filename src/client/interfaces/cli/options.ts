import { Option } from 'commander';
import { usualDownloadSlots, usualMaxOwners, usualUploadSlots } from '../../settings/settings.ts';

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
export const refusePlain = (): Option =>
  new Option('--refuse-plain', 'answer no links without encryption, however they were made [$ROLLCALL_REFUSE_PLAIN]');
export const classic = (): Option =>
  new Option('--classic', 'let older programs fetch what you share with everybody, unencrypted [$ROLLCALL_CLASSIC]');
export const downloadSlots = (): Option =>
  new Option(
    '--download-slots <number>',
    `most downloads at a time, ${usualDownloadSlots} unless given [$ROLLCALL_DOWNLOAD_SLOTS]`,
  );
export const shareFolder = (): Option =>
  new Option(
    '--share-folder <dir>',
    'folder for what is dropped on the page; else "shared" in the home folder [$ROLLCALL_SHARE_FOLDER]',
  );
