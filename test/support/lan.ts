import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** A machine that is to stand on the LAN. */
export interface HostSpec {
  name: string;
  /** What its cable carries in each direction, Mbit/s; without it as much as the processor can copy. */
  mbit?: number | undefined;
}

/** A machine on the LAN: a network namespace with an `eth0` that ends at a switch. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** Words to put before a command, so that it runs on this machine. */
  readonly on: readonly string[];
  /** Pulls the cable out at the host's end. */
  pull(): void;
  plug(): void;
  /** From now on this share of its packets is lost, in each direction; 0 mends the cable. */
  drop(share: number): void;
  /** Bytes that came through the cable so far, with the headers of Ethernet, IP and TCP. */
  received(): number;
}

/** Machines on a switch, in this one. Disposing, or the end of this process, ends whatever runs on them. */
export interface Lan extends Disposable {
  /** @throws Error where no such host stands on the LAN */
  host(name: string): Host;
  /**
   * From now on a packet has at most 1,500 bytes, as on a wire. Until then the systems hand each other bundles of up to
   * 64 KiB, as network cards let them: cheap, but what is lost or counted is a bundle. Dropping does this by itself.
   */
  unbundle(): void;
}

/** What a port of a small office switch holds before it drops, bytes: 42 ms at 100 Mbit/s. */
const portQueueBytes = 512 * 1024;
/** A host's own queue, bytes: never full, since a card makes its system wait instead of dropping. */
const hostQueueBytes = 16 * 1024 * 1024;
/** A shaped link lets through so much at once, bytes: a whole bundle of 64 KiB, or it would be cut or refused. */
const smallestBurstBytes = 64 * 1024;
/** And at least what 2 ms carry, since the timer that wakes the link is that late on a busy machine. */
const burstMs = 2;
/** Hosts of one LAN: their addresses are 10.77.0.1 and on. */
const mostHosts = 250;

const namesOurs = /^rollcall-lan-(\d+)-/;
/** What Linux has by default; another one that this machine may have set, as BBR, is for lines longer than a LAN's. */
const congestionControl = 'cubic';
const namespaces = '/run/netns';
let lans = 0;

/** Why this machine can have no such LAN, as a person should read it; nothing where it can. */
export function lanTrouble(): string | undefined {
  const name = `rollcall-lan-${process.pid}-trial`;
  try {
    run('ip', 'netns', 'add', name);
    try {
      run('tc', '-n', name, 'qdisc', 'add', 'dev', 'lo', 'root', ...shape(100, portQueueBytes));
      netfilter(name, lossRules('p0', 0.5));
    } finally {
      run('ip', 'netns', 'del', name);
    }
    return undefined;
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : '').split('\n').slice(-2);
    return `this machine allows no network namespaces with shaped links: needs Linux, root, ip, tc and nft (${reason})`;
  }
}

/**
 * Builds a LAN, and takes away what a crashed process left of its own. The network of this machine is not touched: switch,
 * cables and hosts are in namespaces of their own.
 *
 * @throws Error with what this machine lacks
 */
export function openLan(specs: readonly HostSpec[]): Lan {
  const trouble = lanTrouble();
  if (trouble !== undefined) throw new Error(trouble);
  if (specs.length > mostHosts) throw new Error(`a LAN has at most ${mostHosts} hosts, not ${specs.length}`);
  sweep();
  const prefix = `rollcall-lan-${process.pid}-${lans++}`;
  const center = `${prefix}-switch`;
  const all = [center];
  const remove = (): void => {
    process.off('exit', remove);
    for (const name of all) removeNamespace(name);
  };
  process.prependListener('exit', remove);
  try {
    run('ip', 'netns', 'add', center);
    run('ip', '-n', center, 'link', 'add', 'lan', 'type', 'bridge');
    run('ip', '-n', center, 'link', 'set', 'lan', 'up');
    const unbundle = (): void => {
      for (const name of all.slice(1)) run('ip', '-n', name, 'link', 'set', 'dev', 'eth0', 'gso_max_segs', '1');
    };
    const hosts = new Map<string, Host>();
    for (const [index, spec] of specs.entries()) {
      const namespace = `${prefix}-${spec.name}`;
      all.push(namespace);
      hosts.set(spec.name, addHost(center, namespace, index + 1, spec, unbundle));
    }
    return {
      host(name) {
        const host = hosts.get(name);
        if (host === undefined) throw new Error(`no host called ${name} on the LAN`);
        return host;
      },
      unbundle,
      [Symbol.dispose]: remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function addHost(
  center: string,
  namespace: string,
  number: number,
  { name, mbit }: HostSpec,
  unbundle: () => void,
): Host {
  const port = `p${number}`;
  const address = `10.77.0.${number}`;
  const link = (...words: string[]): string => run('ip', '-n', namespace, 'link', 'set', 'dev', 'eth0', ...words);
  run('ip', 'netns', 'add', namespace);
  run('ip', 'link', 'add', 'eth0', 'netns', namespace, 'type', 'veth', 'peer', 'name', port, 'netns', center);
  run('ip', '-n', center, 'link', 'set', port, 'master', 'lan', 'up');
  run('ip', '-n', namespace, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
  const plug = (): void => {
    link('up');
    const route = ['10.77.0.0/24', 'dev', 'eth0', 'proto', 'kernel', 'src', address];
    run('ip', '-n', namespace, 'route', 'replace', ...route, 'congctl', congestionControl);
  };
  plug();
  if (mbit !== undefined) {
    run('tc', '-n', namespace, 'qdisc', 'add', 'dev', 'eth0', 'root', ...shape(mbit, hostQueueBytes));
    run('tc', '-n', center, 'qdisc', 'add', 'dev', port, 'root', ...shape(mbit, portQueueBytes));
  }
  return {
    name,
    address,
    on: ['ip', 'netns', 'exec', namespace],
    pull: () => void link('down'),
    plug,
    drop(share) {
      unbundle();
      netfilter(center, lossRules(port, share));
    },
    received() {
      const [eth0] = JSON.parse(run('ip', '-n', namespace, '-s', '-j', 'link', 'show', 'dev', 'eth0'));
      return eth0.stats64.rx.bytes;
    },
  };
}

/** A token bucket of that rate: words for tc. */
function shape(mbit: number, queueBytes: number): string[] {
  const burst = Math.max(smallestBurstBytes, Math.ceil((mbit * 1e6 * burstMs) / 8000));
  return ['tbf', 'rate', `${mbit}mbit`, 'burst', `${burst}b`, 'limit', `${queueBytes}b`];
}

/** The switch loses packets that come from a port or go to it. Naming the table first makes its deletion lawful. */
function lossRules(port: string, share: number): string {
  const table = `table bridge loss_${port}`;
  const fresh = `${table}\ndelete ${table}\n`;
  if (share === 0) return fresh;
  const lost = `numgen random mod 10000 < ${Math.round(share * 10_000)} drop`;
  return `${fresh}${table} {
  chain forward {
    type filter hook forward priority 0
    iifname "${port}" ${lost}
    oifname "${port}" ${lost}
  }
}
`;
}

/** Takes away the LANs of processes that are no more. */
function sweep(): void {
  let names: string[] = [];
  try {
    names = readdirSync(namespaces);
  } catch {
    // No namespace was ever named on this machine.
  }
  for (const name of names) {
    const owner = namesOurs.exec(name)?.[1];
    if (owner !== undefined && !lives(Number(owner))) removeNamespace(name);
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends what runs in a namespace of ours, and removes it. */
function removeNamespace(name: string): void {
  try {
    for (const pid of run('ip', 'netns', 'pids', name).split('\n').filter(Boolean)) kill(Number(pid));
    run('ip', 'netns', 'del', name);
  } catch {
    // It was never made, or another process swept it away.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' });
}

function netfilter(namespace: string, rules: string): void {
  const words = ['netns', 'exec', namespace, 'nft', '-f', '-'];
  execFileSync('ip', words, { input: rules, encoding: 'utf8', stdio: 'pipe' });
}
