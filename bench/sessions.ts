import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { benchProcess, said } from './processes.ts';
import { type BenchRow, printRows } from './rows.ts';

const sessions = 5000;
/** Peers' processes: one alone would be busier than the tracker. */
const clientProcesses = 2;
/** Sessions that warm the tracker up, so that its own code and heap are not counted as theirs. */
const warmUp = 100;
const settleMs = 10_000;
const measuredMs = 30_000;

interface Figures {
  rssBytes: number;
  cpuMs: number;
  left: number;
}

/** What a tracker spends on live peers: each with a TLS connection, listed, and beating every 2 s. */
export async function sessionsBench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const tracker = benchProcess('./sessionTracker.js', [folder, String(sessions + 1000)], ['--expose-gc']);
  const clients: ChildProcess[] = [];
  const figures = (): Promise<Figures> => {
    const answer = said<Figures>(tracker);
    tracker.send('figures');
    return answer;
  };
  const joinPeers = async (port: number, count: number): Promise<void> => {
    const client = benchProcess('./sessionClients.js', [String(port), String(count)]);
    clients.push(client);
    await said(client);
  };
  try {
    const { port } = await said<{ port: number }>(tracker);
    await joinPeers(port, warmUp);
    await pause(2000);
    const before = await figures();
    const started = performance.now();
    const share = (sessions - warmUp) / clientProcesses;
    await Promise.all(Array.from({ length: clientProcesses }, () => joinPeers(port, share)));
    const joinSeconds = (performance.now() - started) / 1000;
    await pause(settleMs);
    const from = await figures();
    await pause(measuredMs);
    const to = await figures();
    const added = sessions - warmUp;
    return [
      {
        figure: `memory a session, of ${sessions}`,
        value: (to.rssBytes - before.rssBytes) / added / 1024,
        unit: 'KiB',
        aim: '<= 64',
        note: `${Math.round(to.rssBytes / 2 ** 20)} MiB in all`,
      },
      {
        figure: `tracker's share of a core, ${sessions} sessions beating`,
        value: (to.cpuMs - from.cpuMs) / measuredMs,
        unit: 'core',
        aim: '< 0.33',
      },
      {
        figure: 'sessions joined, dialled back and listed',
        value: added / joinSeconds,
        unit: '/s',
        note: 'with the peers on the same cores',
      },
      { figure: 'live peers dropped', value: to.left, unit: '', aim: '0' },
    ];
  } finally {
    for (const process of [tracker, ...clients]) process.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printRows(await sessionsBench());
