import { describe, expect, it } from 'vitest';
import { livenessOf, pageOf } from '../../src/server/command.ts';
import { defaultLiveness } from '../../src/server/liveness/detector.ts';

const defaults = { heartbeat: '2s', suspectAfter: '6s', evictAfter: '12s' };

describe('the flags of the server', () => {
  it('are the settings of the detector', () => {
    expect(livenessOf(defaults)).toEqual(defaultLiveness);
  });

  it.each([
    [{ heartbeat: '6s' }, '--heartbeat 6s has to be shorter than --suspect-after 6s'],
    [{ suspectAfter: '12s' }, '--suspect-after 12s, and that shorter than --evict-after 12s'],
    [{ heartbeat: '49ms' }, '--heartbeat 49ms is too short'],
    [{ evictAfter: '25h' }, '--evict-after 25h is too long'],
    [{ heartbeat: 'often' }, '"often" is no --heartbeat'],
  ])('are refused where they do not go together: %j', (flags, message) => {
    expect(() => livenessOf({ ...defaults, ...flags })).toThrow(message);
  });

  it('take short values for those who are in a hurry', () => {
    const flags = { heartbeat: '50ms', suspectAfter: '51ms', evictAfter: '52ms' };
    expect(livenessOf(flags)).toEqual({ heartbeatMs: 50, suspectAfterMs: 51, evictAfterMs: 52 });
  });
});

describe('the page of a tracker', () => {
  it('is off unless a port is named, and then on loopback unless an address is', () => {
    expect(pageOf({})).toBeUndefined();
    expect(pageOf({ httpPort: 7451 })).toEqual({ host: '127.0.0.1', port: 7451 });
    expect(pageOf({ httpPort: 0, httpHost: '10.0.0.1' })).toEqual({ host: '10.0.0.1', port: 0 });
  });

  it('is refused where its address has no port', () => {
    expect(() => pageOf({ httpHost: '10.0.0.1' })).toThrow('--http-host 10.0.0.1 goes with --http-port');
  });
});
