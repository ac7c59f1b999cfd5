import { exitStatuses, unreachable } from '../../../base/errors.ts';
import type { Finding } from '../../app.ts';
import { type Context, visitorOptions } from './context.ts';
import { paint, paintMark } from './paint.ts';

/** Looks at what may be wrong between this machine and the tracker. Returns the exit status: of the first thing amiss. */
export async function doctor(context: Context): Promise<number> {
  const { terminal, settings } = context;
  const options = { ...(await visitorOptions(context)), peerPort: settings.peerPort };
  const { diagnose } = await context.facade();
  let status = 0;
  for await (const finding of diagnose(options)) {
    if (!finding.ok && status === 0) status = statusOf(finding.check);
    if (terminal.json) terminal.record(finding);
    else tell(context, finding);
  }
  if (!terminal.json && status === 0) terminal.print('All is well.');
  return status;
}

function tell({ terminal }: Context, { check, ok, detail, remedy }: Finding): void {
  const tick = ok ? '✓' : '✗';
  terminal.print(`${tick} ${check}: ${detail}`, paintMark(tick, ok ? paint.green : paint.red));
  if (!ok && remedy !== undefined) terminal.print(`  → ${remedy}`);
}

function statusOf(check: Finding['check']): number {
  switch (check) {
    case 'tracker-tcp':
    case 'tracker-udp':
    case 'peer-port':
      return exitStatuses.unreachable;
    case 'disk':
      return exitStatuses['no-space'];
    case 'clock':
      return exitStatuses.fault;
    default:
      return unreachable(check);
  }
}
