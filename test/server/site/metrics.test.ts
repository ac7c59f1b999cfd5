import { spawnSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import type { CommandName } from '../../../src/server/brain/commands.ts';
import type { OperationOutcome, Operations } from '../../../src/server/operations.ts';
import { createMetrics, type Metrics } from '../../../src/server/site/metrics.ts';
import { alice, Brain, bob, carol, resource } from '../support/brain.ts';

const heartbeats = { accepted: 5, badMac: 4, replayed: 3, malformed: 2, unknown: 1 };
const operations: Operations = {
  total: 3,
  byName: new Map<CommandName, Map<OperationOutcome, number>>([
    ['find', new Map([['ok', 2]])],
    ['register', new Map([['name-taken', 1]])],
  ]),
};
const lines = { debug: 0, info: 7, warn: 1, error: 0 };

let metrics: Metrics | undefined;
afterEach(() => metrics?.[Symbol.dispose]());

function scene(): { brain: Brain; values: () => Promise<Map<string, number>>; text: () => Promise<string> } {
  const brain = new Brain();
  const made = createMetrics({
    tracker: { operator: brain.tracker.operator, figures: { heartbeats, operations, connections: 11 } },
    lines,
  });
  metrics = made;
  const text = (): Promise<string> => made.text();
  return { brain, text, values: async () => parse(await text()) };
}

/** The samples of a text in Prometheus's own format, by name and labels. */
const parse = (text: string): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const space = line.lastIndexOf(' ');
        return [line.slice(0, space), Number(line.slice(space + 1))];
      }),
  );

it('tells the roll by what it has', async () => {
  const { brain, values } = scene();
  const first = await brain.join(alice, 'a');
  const second = await brain.join(bob, 'b');
  await brain.announce(first.caller, resource('one', 'x'), resource('two', 'x'));
  await brain.announce(second.caller, resource('three', 'y', { to: [alice] }));
  brain.reach = () => ({ reachable: false, reason: 'a firewall' });
  await brain.join(carol, 'c');
  await brain.perform({ effect: 'suspect', session: second.connected.session, why: 'silent' });
  const found = await values();
  const want: Record<string, number> = {
    rollcall_sessions: 3,
    'rollcall_users{state="alive"}': 1,
    'rollcall_users{state="suspect"}': 1,
    'rollcall_users{state="unreached"}': 1,
    rollcall_resources: 3,
    rollcall_contents: 2,
    rollcall_connections: 11,
  };
  for (const [name, value] of Object.entries(want)) expect([name, found.get(name)]).toEqual([name, value]);
});

it('counts a user who runs two programs twice, as the roll does', async () => {
  const { brain, values } = scene();
  const { connected } = await brain.join(alice, 'a');
  await brain.join(alice, 'a', { instance: 'b', port: 4001 });
  await brain.perform({ effect: 'suspect', session: connected.session, why: 'silent' });
  const found = await values();
  expect(found.get('rollcall_users{state="alive"}')).toBe(1);
  expect(found.get('rollcall_users{state="suspect"}')).toBe(1);
});

it('tells counters as they are now, however often it is asked', async () => {
  const { brain, values } = scene();
  const { connected } = await brain.join(alice, 'a');
  await brain.join(bob, 'b');
  await brain.perform({ effect: 'evict', session: connected.session, reason: 'disconnected', why: 'gone' });
  await brain.tracker.operator.kick(bob);
  await values();
  const found = await values();
  const want: Record<string, number> = {
    'rollcall_heartbeats_total{outcome="accepted"}': 5,
    'rollcall_heartbeats_total{outcome="bad_mac"}': 4,
    'rollcall_heartbeats_total{outcome="replayed"}': 3,
    'rollcall_heartbeats_total{outcome="malformed"}': 2,
    'rollcall_heartbeats_total{outcome="unknown"}': 1,
    'rollcall_operations_total{operation="find",outcome="ok"}': 2,
    'rollcall_operations_total{operation="register",outcome="name-taken"}': 1,
    'rollcall_evictions_total{reason="silent"}': 0,
    'rollcall_evictions_total{reason="disconnected"}': 1,
    'rollcall_evictions_total{reason="kicked"}': 1,
    'rollcall_log_lines_total{level="info"}': 7,
    rollcall_changes_told_total: 0,
  };
  for (const [name, value] of Object.entries(want)) expect([name, found.get(name)]).toEqual([name, value]);
  expect(found.get('process_resident_memory_bytes')).toBeGreaterThan(0);
});

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

it.skipIf(!hasPromtool)('is what Prometheus calls good style', async () => {
  const { brain, text } = scene();
  await brain.join(alice, 'a');
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await text() });
  expect([status, String(stdout), String(stderr)]).toEqual([0, '', '']);
});
