import { userName } from '../../../src/base/names.ts';
import type { Operator } from '../../../src/server/brain/operator.ts';
import { Brain, bob, resource } from '../support/brain.ts';

/** alice, who has two sessions, and bob, whose port nobody reaches: what an operator may be asked about. */
export async function someRoll(): Promise<{ brain: Brain; operator: Operator }> {
  const brain = new Brain();
  const first = await brain.join(userName('alice'), 'a', { port: 4000, remote: '10.0.0.1' });
  const second = await brain.join(userName('alice'), 'a', { port: 4001, remote: '10.0.0.1', instance: 'c' });
  const ann = await brain.join(userName('Ann Lee'), 'd', { port: 5000, remote: 'fe80::1' });
  await brain.announce(first.caller, resource('a.txt'), resource('b.txt'));
  await brain.announce(second.caller, resource('b.txt'));
  await brain.announce(ann.caller, resource('b.txt', 'another'), resource('secret.txt', 's', { to: [bob] }));
  brain.reach = () => ({ reachable: false, reason: 'a firewall' });
  await brain.join(bob, 'b', { port: 6000, remote: '10.0.0.2' });
  return { brain, operator: brain.tracker.operator };
}
