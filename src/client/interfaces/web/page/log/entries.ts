import type { LogEntryBody } from '../../api/bodies.ts';

export const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

/** Entries of this level and above. */
export function ofLevel(entries: readonly LogEntryBody[], level: Level): readonly LogEntryBody[] {
  if (level === 'debug') return entries;
  const least = levels.indexOf(level);
  return entries.filter((entry) => levels.indexOf(entry.level) >= least);
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
