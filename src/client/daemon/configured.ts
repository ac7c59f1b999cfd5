import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { byteRate } from '../../base/byteRate.ts';
import { RollcallError } from '../../base/errors.ts';
import { makeFolders } from '../../base/makeFolders.ts';
import { safeText } from '../../base/safeText.ts';
import { peerPort } from '../addresses.ts';
import type { SavedSettings } from '../settings/saveSettings.ts';
import { maxConnections } from '../settings/settings.ts';
import type { DaemonSettings, SettingsChange } from './daemon.ts';

/**
 * The settings as they would be. Folders that are named are made.
 * @throws RollcallError `usage` whose message begins with the setting that is wrong
 */
export async function configured(before: DaemonSettings, change: SettingsChange): Promise<DaemonSettings> {
  const after: DaemonSettings = { ...before };
  if (change.limitUp !== undefined) after.limitUp = rate('limitUp', change.limitUp);
  if (change.limitDown !== undefined) after.limitDown = rate('limitDown', change.limitDown);
  for (const name of ['uploadSlots', 'downloadSlots', 'maxOwners'] as const) {
    const count = change[name];
    if (count !== undefined) after[name] = connections(name, count);
  }
  if (change.peerPort !== undefined) {
    const port = change.peerPort;
    after.peerPort = named('peerPort', () => peerPort(String(port)));
  }
  for (const name of ['downloads', 'shareFolder'] as const) {
    const folder = change[name];
    if (folder !== undefined && folder !== before[name]) after[name] = await writable(name, folder);
  }
  return after;
}

/** What of a change is to be written down. */
export function saved(change: SettingsChange, after: DaemonSettings): SavedSettings {
  const names = Object.keys(change) as (keyof SettingsChange)[];
  return Object.fromEntries(names.filter((name) => change[name] !== undefined).map((name) => [name, after[name]]));
}

function rate(name: string, bytesPerSecond: number | null): number | null {
  return bytesPerSecond === null ? null : named(name, () => byteRate(String(bytesPerSecond)));
}

function connections(name: string, count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= maxConnections) return count;
  throw wrong(name, `${count} is no number from 1 to ${maxConnections}`);
}

async function writable(name: string, folder: string): Promise<string> {
  const path = safeText(folder);
  if (!isAbsolute(folder) || folder.includes('\0'))
    throw wrong(name, `'${path}' is no whole path: give it from the root on`);
  const whole = resolve(folder);
  try {
    await makeFolders(whole);
    await access(whole, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = cause instanceof RollcallError ? cause.message : 'you may not write there';
    throw wrong(name, `nothing can be put into '${path}': ${why}. Choose another folder`, cause);
  }
  return whole;
}

function named<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof RollcallError)) throw cause;
    throw wrong(name, cause.message, cause);
  }
}

const wrong = (name: string, why: string, cause?: unknown): RollcallError =>
  new RollcallError('usage', `${name}: ${why}`, { cause });
