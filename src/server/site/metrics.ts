import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Log } from '../../base/log.ts';
import { version } from '../../base/version.ts';
import type { RunningTracker } from '../server.ts';

/** What Prometheus scrapes. */
export interface Metrics extends Disposable {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface MetricsParts {
  tracker: Pick<RunningTracker, 'operator' | 'figures'>;
  /** Lines of the log, by level. */
  lines: Readonly<Record<keyof Log, number>>;
}

/** Of Node's own; they call gauges totals, and walk every socket to count them. */
const leftOut = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];
/** The same by kind, which walks every socket as well. */
const costly = ['nodejs_active_handles', 'nodejs_active_requests', 'nodejs_active_resources'];

/** Mostly nothing is counted here: what the tracker counts anyway is read when it is asked for. */
export function createMetrics({ tracker, lines }: MetricsParts): Metrics {
  const { operator, figures } = tracker;
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of [...leftOut, ...costly]) registry.removeSingleMetric(name);

  new Gauge({ name: 'rollcall_build_info', help: 'What runs; always 1.', labelNames: ['version'], registers }).set(
    { version },
    1,
  );
  const sessions = new Gauge({
    name: 'rollcall_sessions',
    help: 'Sessions, with those that serve no port or go by no name.',
    registers,
  });
  const users = new Gauge({
    name: 'rollcall_users',
    help: 'Users who serve a port, by state; who runs two programs counts twice.',
    labelNames: ['state'],
    registers,
  });
  const resources = new Gauge({ name: 'rollcall_resources', help: 'Resources that are listed.', registers });
  const contents = new Gauge({ name: 'rollcall_contents', help: 'Different contents that are listed.', registers });
  new Gauge({
    name: 'rollcall_connections',
    help: 'Connections over TCP, whatever is spoken on them.',
    registers,
    collect() {
      this.set(figures.connections);
    },
  });
  new Counter({
    name: 'rollcall_heartbeats_total',
    help: 'Heartbeat datagrams that came, by what was found of them.',
    labelNames: ['outcome'],
    registers,
    collect() {
      const { accepted, badMac, replayed, unknown, malformed } = figures.heartbeats;
      this.reset();
      for (const [outcome, count] of Object.entries({ accepted, bad_mac: badMac, replayed, unknown, malformed })) {
        this.inc({ outcome }, count);
      }
    },
  });
  new Counter({
    name: 'rollcall_operations_total',
    help: 'Operations that were answered, by name and by how they ended.',
    labelNames: ['operation', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [operation, outcomes] of figures.operations.byName) {
        for (const [outcome, count] of outcomes) this.inc({ operation, outcome }, count);
      }
    },
  });
  new Counter({
    name: 'rollcall_changes_told_total',
    help: 'Changes of the roll that subscribers were told.',
    registers,
    collect() {
      this.reset();
      this.inc(operator.changesTold);
    },
  });
  new Counter({
    name: 'rollcall_log_lines_total',
    help: 'Lines of the log, by level.',
    labelNames: ['level'],
    registers,
    collect() {
      this.reset();
      for (const [level, count] of Object.entries(lines)) this.inc({ level }, count);
    },
  });
  const evictions = new Counter({
    name: 'rollcall_evictions_total',
    help: 'Peers that were taken off the roll, by why.',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of ['silent', 'disconnected', 'kicked']) evictions.inc({ reason }, 0);
  const watching = operator.watch((event) => {
    if (event.what === 'evicted') evictions.inc({ reason: event.reason });
  });

  return {
    contentType: registry.contentType,
    async text() {
      const census = await operator.census();
      sessions.set(census.sessions);
      for (const [state, count] of Object.entries(census.users)) users.set({ state }, count);
      resources.set(census.resources);
      contents.set(census.contents);
      return registry.metrics();
    },
    [Symbol.dispose]() {
      watching[Symbol.dispose]();
      registry.clear();
    },
  };
}
