import type { VNode } from 'preact';
import { qrPath } from './qrPath.ts';

/** Light cells around the code without which a camera does not find it (ISO/IEC 18004, quiet zone). */
const quiet = 4;

/** Dark on light in either look, as cameras want it. */
export function QrCode({ rows }: { rows: readonly string[] }): VNode {
  const side = rows.length + 2 * quiet;
  return (
    <svg
      class="qr"
      viewBox={`${-quiet} ${-quiet} ${side} ${side}`}
      role="img"
      aria-label="The address as a QR code"
      shape-rendering="crispEdges"
    >
      <rect x={-quiet} y={-quiet} width={side} height={side} fill="#fff" />
      <path d={qrPath(rows)} fill="#000" />
    </svg>
  );
}
