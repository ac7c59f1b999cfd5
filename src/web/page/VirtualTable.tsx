import type { ComponentChildren, RefObject, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { nextRow } from './nextRow.ts';
import { useSight } from './useSight.ts';

export interface VirtualTableProps {
  /** What it lists. */
  label: string;
  class?: string;
  /** The cells of its head, in a `tr`. */
  head: VNode;
  columns: number;
  /** Rows in all, and the height of each, pixels. */
  count: number;
  rowHeight: number;
  /** One row: a `tr` that carries `rowProps(index)`. */
  row(index: number): VNode;
  /** Which rows are drawn, after each change. */
  inSight?(first: number, end: number): void;
  scroller?: RefObject<HTMLDivElement | null>;
  children?: ComponentChildren;
}

/** What a row's `tr` needs for its place to be known. */
export const rowProps = (index: number): { 'aria-rowindex': number; 'data-row': number } => ({
  'aria-rowindex': index + 2,
  'data-row': index,
});

/**
 * A table of any length, of which only what is in sight is drawn. Arrows, Page Up and Down, Home and End move from row to
 * row: what moves is the focus on the element of a row that is marked `data-main`.
 */
export function VirtualTable(props: VirtualTableProps): VNode {
  const own = useRef<HTMLDivElement>(null);
  const scroller = props.scroller ?? own;
  const { count, rowHeight, inSight } = props;
  const { first, end, above, below } = useSight(scroller, count, rowHeight);
  useEffect(() => inSight?.(first, end), [first, end, inSight]);

  const move = (event: KeyboardEvent): void => {
    const element = scroller.current;
    const focused = document.activeElement?.closest('[data-main]')?.closest<HTMLElement>('[data-row]');
    if (element === null || !focused || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = nextRow(event.key, Number(focused.dataset['row']), count, Math.floor(element.clientHeight / rowHeight));
    if (to === undefined) return;
    event.preventDefault();
    focusRow(element, to, rowHeight);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move the focus between the buttons inside
    <div class={`scroller ${props.class ?? ''}`} ref={scroller} onKeyDown={move}>
      <table aria-label={props.label} aria-rowcount={count + 1}>
        <thead>{props.head}</thead>
        <tbody>
          <Gap height={above} columns={props.columns} />
          {Array.from({ length: end - first }, (_, place) => props.row(first + place))}
          <Gap height={below} columns={props.columns} />
        </tbody>
      </table>
      {props.children}
    </div>
  );
}

function Gap({ height, columns }: { height: number; columns: number }): VNode | null {
  if (height === 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus
    <tr class="gap" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

/** Scrolls there where needed; a row that is not drawn yet is focused a frame later. */
function focusRow(scroller: HTMLElement, index: number, rowHeight: number): void {
  const headHeight = scroller.querySelector('thead')?.getBoundingClientRect().height ?? 0;
  const top = index * rowHeight;
  const low = top + rowHeight + headHeight - scroller.clientHeight;
  if (scroller.scrollTop > top) scroller.scrollTop = top;
  else if (scroller.scrollTop < low) scroller.scrollTop = low;
  let tries = 10;
  const focus = (): void => {
    const target = scroller.querySelector<HTMLElement>(`[data-row="${index}"] [data-main]`);
    if (target !== null) target.focus({ preventScroll: true });
    else if (tries-- > 0) requestAnimationFrame(focus);
  };
  focus();
}
