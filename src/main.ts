#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { systemClock } from './base/clock.ts';
import { version } from './base/version.ts';
import { drain } from './client/interfaces/cli/drain.ts';
import { watchSignals } from './client/interfaces/cli/ending.ts';
import { run } from './client/interfaces/cli/run.ts';

const { stdin, stdout, stderr, env, execPath } = process;

const status = await run({
  argv: process.argv.slice(2),
  env,
  cwd: process.cwd(),
  stdin,
  stdout,
  stderr,
  version,
  program: { execPath, main: fileURLToPath(import.meta.url) },
  clock: systemClock,
  watchEnd: () => watchSignals(process),
  facade: () => import('./client/app.ts'),
  runServer: async (flags) => (await import('./server/command.ts')).runServer(flags),
  runHistory: async (flags) => (await import('./server/trail/command.ts')).runHistory(flags),
  runClock: async (flags) => (await import('./clock/command.ts')).runClock(flags),
  runOplog: async (flags) => (await import('./oplog/command.ts')).runOplog(flags),
});
await drain(stdout, stderr);
process.exit(status);
