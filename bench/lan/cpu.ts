import { cpus } from 'node:os';

/** Asked later: the share of the processors' time since now in which they had nothing to do, 0 to 1. */
export function watchIdle(): () => number {
  const before = times();
  return () => {
    const after = times();
    return (after.idle - before.idle) / (after.all - before.all);
  };
}

function times(): { idle: number; all: number } {
  const all = cpus().map((cpu) => cpu.times);
  const idle = all.reduce((sum, time) => sum + time.idle, 0);
  const busy = all.reduce((sum, time) => sum + time.user + time.nice + time.sys + time.irq, 0);
  return { idle, all: idle + busy };
}
