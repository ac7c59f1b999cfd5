/** How well a caller likes a media type. */
interface Liking {
  /** 0 to 1; 0 is not at all. */
  quality: number;
  /** Of what said so: 2 for the type itself, 1 for `text/*`, 0 for any. */
  named: number;
}

/**
 * Which of the media types on offer a caller prefers by his `Accept` (RFC 9110, section 12.5.1): the highest quality, then
 * what he named more closely, then the order of the offers. Who takes none of them, or says nothing, gets the first.
 */
export function preferred<T extends string>(accept: string | undefined, first: T, ...others: T[]): T {
  const ranges = (accept ?? '*/*').split(',').map(parseRange);
  let best = { type: first, ...likingOf(first, ranges) };
  for (const type of others) {
    const liking = likingOf(type, ranges);
    const better = liking.quality - best.quality || liking.named - best.named;
    if (better > 0) best = { type, ...liking };
  }
  return best.type;
}

interface Range {
  range: string;
  quality: number;
}

function parseRange(text: string): Range {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const sound = weight === undefined || /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight);
  return { range, quality: sound ? Number(weight ?? 1) : 0 };
}

/** The range that names a type most closely says how well it is liked. */
function likingOf(type: string, ranges: readonly Range[]): Liking {
  const names = ['*/*', `${type.slice(0, type.indexOf('/'))}/*`, type];
  let liking: Liking = { quality: 0, named: -1 };
  for (const { range, quality } of ranges) {
    const named = names.indexOf(range);
    if (named > liking.named) liking = { quality, named };
  }
  return liking;
}
