import { addressText, hostText } from '../../base/address.ts';
import type { UserName } from '../../base/names.ts';
import type { PeerAddress, PeerState, UserRow } from '../../base/roll.ts';
import type { Channel, PingAnswer, Pinged } from '../brain/operator.ts';
import { pingMs } from './limits.ts';

const states: Record<PeerState, string> = { alive: 'ACTIVE', suspect: 'SUSPECT' };

/** An address as people write it, the port where there is one. */
const placed = ({ address, port }: { address: string; port: number | undefined }): string =>
  port === undefined ? hostText(address) : addressText(address, port);

export const clientLine = ({ user, state, ...at }: UserRow): string => `  - ${user} (${placed(at)}) - ${states[state]}`;

export const unreachedLine = ({ user, ...at }: PeerAddress & { user: UserName }): string =>
  `  - ${user} (${placed(at)}) - UNREACHABLE`;

export function pingLines(user: UserName, { channels, ...at }: Pinged): string[] {
  const answers = channels.some(({ answer }) => typeof answer === 'object');
  return [
    `Client '${user}' at ${placed(at)} ${answers ? 'is ACTIVE' : 'does not answer'}`,
    ...channels.map(({ channel, answer }) => `  ${channelName(channel)}: ${answerText(answer)}`),
  ];
}

const channelName = (channel: Channel): string =>
  channel === 'control' || channel === 'heartbeat' ? channel : `sign of life (${channel})`;

function answerText(answer: PingAnswer): string {
  if (answer === 'not open') return 'not open';
  return answer === 'silent' ? `no answer within ${pingMs / 1000} s` : `${answer.ms.toFixed(1)} ms`;
}
