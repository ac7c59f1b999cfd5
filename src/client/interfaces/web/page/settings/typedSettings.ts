import { byteRate } from '../../../../../base/byteRate.ts';
import { GiB, KiB, MiB } from '../../../../../base/sizes.ts';
import type { SettingsBody, SettingsChangeBody } from '../../api/bodies.ts';

/** The settings as they stand in the form. */
export type TypedSettings = Readonly<Record<keyof SettingsBody, string>>;

/** `5M`, as one would type it; empty for no limit. */
export function limitText(bytesASecond: number | null): string {
  if (bytesASecond === null) return '';
  const units = [
    ['G', GiB],
    ['M', MiB],
    ['k', KiB],
  ] as const;
  for (const [unit, size] of units) {
    const count = bytesASecond / size;
    // Up to three decimals are read again as they are written.
    if (count >= 1 && Math.round(Number(count.toFixed(3)) * size) === bytesASecond)
      return `${Number(count.toFixed(3))}${unit}`;
  }
  return String(bytesASecond);
}

export function typedSettings(settings: SettingsBody): TypedSettings {
  return {
    limitUp: limitText(settings.limitUp),
    limitDown: limitText(settings.limitDown),
    uploadSlots: String(settings.uploadSlots),
    maxOwners: String(settings.maxOwners),
    downloadSlots: String(settings.downloadSlots),
    downloads: settings.downloads,
    shareFolder: settings.shareFolder,
    peerPort: String(settings.peerPort),
  };
}

/** What differs from what is set, or what is wrong with which field; all else the API knows better. */
export function readSettings(
  typed: TypedSettings,
  settings: SettingsBody,
): { change: SettingsChangeBody } | { wrong: Record<string, string> } {
  const before = typedSettings(settings);
  const change: SettingsChangeBody = {};
  const wrong: Record<string, string> = {};
  const changed = (key: keyof SettingsBody): boolean => typed[key].trim() !== before[key];
  for (const key of ['limitUp', 'limitDown'] as const) {
    if (!changed(key)) continue;
    try {
      const text = typed[key].trim();
      change[key] = text === '' ? null : byteRate(text);
    } catch (error) {
      wrong[key] = (error as Error).message;
    }
  }
  for (const key of ['uploadSlots', 'maxOwners', 'downloadSlots', 'peerPort'] as const) {
    if (!changed(key)) continue;
    if (/^\d{1,9}$/.test(typed[key].trim())) change[key] = Number(typed[key]);
    else wrong[key] = 'It has to be a whole number.';
  }
  for (const key of ['downloads', 'shareFolder'] as const) {
    if (!changed(key)) continue;
    if (typed[key].trim() === '') wrong[key] = 'Say which folder.';
    else change[key] = typed[key].trim();
  }
  return Object.keys(wrong).length > 0 ? { wrong } : { change };
}
