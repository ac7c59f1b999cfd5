import type { VNode } from 'preact';

/** The sign of rollcall; `size` in pixels. */
export const Mark = ({ size }: { size: number }): VNode => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke-linecap="round">
    <rect class="mark-ground" width="32" height="32" rx="8" />
    <path class="mark-ink" d="M8 10h10M8 16h7M8 22h5" stroke-width="2.6" />
    <path class="mark-ink" d="M17 20.5l3.5 3.5L26 15" stroke-width="2.8" stroke-linejoin="round" />
  </svg>
);
