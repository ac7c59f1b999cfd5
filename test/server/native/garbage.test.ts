import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from '../../support/fakeClock.ts';
import { resource } from '../support/brain.ts';
import { Lan } from '../support/native.ts';

const methods = ['register', 'unregister', 'announce', 'withdraw', 'find', 'locate', 'users', 'subscribe', 'report'];

/** Requests with the right shape outside, and anything inside; and lines that are anything. */
const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json({ maxDepth: 3 }),
  fc
    .record({
      jsonrpc: fc.constant('2.0'),
      id: fc.oneof(fc.nat(), fc.string(), fc.constant(null), fc.double()),
      method: fc.oneof(fc.constantFrom(...methods), fc.string(), fc.constantFrom('__proto__', 'constructor')),
      params: fc.oneof(
        fc.object({ maxDepth: 2 }),
        fc.record(
          {
            user: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('__proto__'), fc.constant('eve')),
            instance: fc.constantFrom('0'.repeat(32), 'x'),
            agent: fc.string({ unit: 'binary', maxLength: 120 }),
            peerPort: fc.integer({ min: -1, max: 70_000 }),
            cursor: fc.string(),
            limit: fc.integer(),
            name: fc.constantFrom('shared', '../x', '__proto__', ''),
            names: fc.array(fc.string()),
            resources: fc.constantFrom([], [resource('shared', 'evil')], [{ ...resource('x'), size: -1 }]),
            address: fc.string(),
            port: fc.integer(),
          },
          { requiredKeys: [] },
        ),
      ),
    })
    .map((request) => JSON.stringify(request)),
  fc
    .record({ jsonrpc: fc.constant('2.0'), id: fc.nat(), result: fc.anything() })
    .map((answer) => JSON.stringify(answer)),
);

describe('garbage', () => {
  it('never stops the tracker, never disturbs another session, and leaves nothing behind', async () => {
    await using lan = await Lan.open();
    const peer = await lan.connect('alice');
    await using _server = await peer.serve(4000);
    await peer.register('alice', { peerPort: 4000 });
    await peer.ask('announce', { resources: [resource('shared')] });
    const listed = (await peer.ask('find')).result;

    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(40), async (lines, cut) => {
        const eve = await lan.connect('eve', '192.168.1.66');
        const bytes = new TextEncoder().encode(`${lines.join('\n')}\n`);
        eve.write(bytes.subarray(0, cut));
        eve.write(bytes.subarray(cut));
        await settle();
        for (const answer of eve.lines) expect(answer).toHaveProperty('jsonrpc', '2.0');
        eve.close();
        await settle();
        expect((await peer.ask('find')).result).toEqual(listed);
        expect(peer.closed).toBe(false);
      }),
      { numRuns: 150 },
    );
    expect(lan.logged.filter(({ level }) => level === 'error')).toEqual([]);
    await lan.clock.wind(5000);
    const { result } = await peer.ask('users');
    expect(result).toMatchObject({ rows: [{ user: 'alice', state: expect.any(String), resources: 1 }] });
  });
});
