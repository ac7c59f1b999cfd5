import type { DownloadBody } from '../../api/bodies.ts';

/** `retry` goes on from what has come, as `resume` does. */
export type Action = 'pause' | 'resume' | 'retry' | 'cancel' | 'open' | 'forget';

export function actionsOf(state: DownloadBody['state']): readonly Action[] {
  switch (state) {
    case 'queued':
    case 'running':
      return ['pause', 'cancel'];
    case 'paused':
      return ['resume', 'cancel'];
    case 'failed':
      return ['retry', 'cancel'];
    case 'cancelled':
      return ['retry', 'forget'];
    case 'done':
      return ['open', 'forget'];
  }
}
