/** A word of a line, and whether it stood in double quotes. */
export interface Word {
  text: string;
  quoted: boolean;
}

/**
 * The words of a line. White space parts them, but not within double quotes that begin a word; a quote inside a word is
 * a character like others, and so is a backslash. Nothing where a quote is never closed.
 */
export function splitWords(line: string): Word[] | undefined {
  const words: Word[] = [];
  const rest = /\s*(?:"([^"]*)"(?=\s|$)|([^\s"]\S*))\s*/y;
  while (rest.lastIndex < line.length) {
    const at = rest.lastIndex;
    const [, quoted, plain] = rest.exec(line) ?? [];
    if (quoted !== undefined) words.push({ text: quoted, quoted: true });
    else if (plain !== undefined) words.push({ text: plain, quoted: false });
    else return line.slice(at).trim() === '' ? words : undefined;
  }
  return words;
}

/** A name as it is to be typed: in double quotes where it has white space. */
export const quote = (name: string): string => (/\s/.test(name) || name === '' ? `"${name}"` : name);
