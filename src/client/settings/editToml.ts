/** A plain value of TOML; null takes the key out. */
export type TomlEdit = string | number | boolean | null;

/** A line `key = value` of a plain value, with what stands around it. */
const assignment =
  /^(\s*)([A-Za-z0-9_-]+|"[A-Za-z0-9_-]+"|'[A-Za-z0-9_-]+')(\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'[{]+)(\s*(?:#.*)?)$/;

/**
 * Sets keys of the top level, each on a line of its own, and leaves all other lines as they are, comments too. It reads
 * lines, not TOML: whoever calls has to look whether the result says what was meant.
 */
export function editToml(text: string, edits: ReadonlyMap<string, TomlEdit>): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text === '' ? [] : text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const table = lines.findIndex((line) => /^\s*\[/.test(line));
  const top = table === -1 ? lines : lines.slice(0, table);
  const rest = table === -1 ? [] : lines.slice(table);
  const left = new Map(edits);
  const edited = top.flatMap((line) => {
    const [, indent = '', key = '', equals = '', , after = ''] = assignment.exec(line) ?? [];
    const name = key.replace(/^["']|["']$/g, '');
    const value = left.get(name);
    if (key === '' || value === undefined) return [line];
    left.delete(name);
    return value === null ? [] : [`${indent}${key}${equals}${tomlText(value)}${after}`];
  });
  const added = Array.from(left, ([key, value]) => (value === null ? [] : [`${key} = ${tomlText(value)}`])).flat();
  // New ones stand with the others: before the empty lines that part them from the first table.
  let place = edited.length;
  while (rest.length > 0 && place > 0 && edited[place - 1]?.trim() === '') place -= 1;
  edited.splice(place, 0, ...added);
  return [...edited, ...rest].map((line) => line + end).join('');
}

/** A basic string takes JSON's escapes, and wants DEL escaped besides. */
const tomlText = (value: string | number | boolean): string =>
  typeof value === 'string' ? JSON.stringify(value).replaceAll('\u007f', '\\u007f') : String(value);
