import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { rowsInSight, type Sight } from './sight.ts';

/** Before it is laid out: enough for a first screen. */
const firstHeight = 900;

/** Follows how `scroller` is scrolled and how tall it is. */
export function useSight(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number): Sight {
  const [{ top, height }, setScrolled] = useState({ top: 0, height: firstHeight });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const read = (): void => setScrolled({ top: element.scrollTop, height: element.clientHeight });
    const resized = new ResizeObserver(read);
    element.addEventListener('scroll', read, { passive: true });
    resized.observe(element);
    read();
    return () => {
      element.removeEventListener('scroll', read);
      resized.disconnect();
    };
  }, [scroller, rowHeight]);
  return rowsInSight({ count, rowHeight, top, height });
}
