import { type LogLevel, logLevels } from '../../../../../base/logBook.ts';
import type { LogEntryBody } from '../../api/bodies.ts';

/** Entries of this level and above. */
export function ofLevel(entries: readonly LogEntryBody[], level: LogLevel): readonly LogEntryBody[] {
  if (level === 'debug') return entries;
  const least = logLevels.indexOf(level);
  return entries.filter((entry) => logLevels.indexOf(entry.level) >= least);
}

/** Characters of the fields that a line shows; all of them stand in the opened entry. */
const maxFieldsText = 200;

/** `peer=ada port=7451`. */
export function fieldsText(fields: LogEntryBody['fields']): string {
  const text = Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return text.length > maxFieldsText ? `${text.slice(0, maxFieldsText)}…` : text;
}
