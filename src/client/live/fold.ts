/** Text without its case, in NFC, as the tracker searches names: `STRASSE` and `straße` are one, and so are the three sigmas. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}
