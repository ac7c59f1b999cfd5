import { useEffect, useState } from 'preact/hooks';

/** As in the style sheets: a phone, or a window as narrow. */
const narrow = '(max-width: 45rem)';

export function useNarrow(): boolean {
  const [matches, setMatches] = useState(() => matchMedia(narrow).matches);
  useEffect(() => {
    const media = matchMedia(narrow);
    const read = (): void => setMatches(media.matches);
    media.addEventListener('change', read);
    return () => media.removeEventListener('change', read);
  }, []);
  return matches;
}
