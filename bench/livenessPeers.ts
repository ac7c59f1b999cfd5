import { openParty } from './party.ts';

/**
 * Peers that join, beat and mend themselves as the program's do: `livenessPeers.js PORT PEERS RESOURCES`. Tells the parent
 * when all have registered and announced.
 */
const [, , port = '0', peers = '0', resources = '0'] = process.argv;
const joinedAtOnce = 40;
const party = await openParty(Number(port));
let toJoin = Number(peers);
const joiner = async (): Promise<void> => {
  while (toJoin > 0) {
    toJoin -= 1;
    await party.join(`bench-${process.pid}`, Number(resources));
  }
};
process.on('disconnect', () => process.exit());
await Promise.all(Array.from({ length: joinedAtOnce }, joiner));
process.send?.('joined');
