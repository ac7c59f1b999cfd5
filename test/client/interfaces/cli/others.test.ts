import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import type { Finding } from '../../../../src/client/app.ts';
import { FakeApp, FakeOutput, idOf, stage } from '../fakes.ts';

describe('hash', () => {
  const app = Object.assign(new FakeApp(), {
    hashed: [{ path: 'a b.txt', id: idOf('a'), size: 12, kind: 'file' as const }],
  });

  it('prints id and path, and needs no tracker', async () => {
    const { status, stdout } = stage(['hash', 'a b.txt'], { app, env: { ROLLCALL_HOME: '/nowhere' } });
    expect(await status).toBe(0);
    expect(stdout.text).toBe(`${idOf('a')}  a b.txt\n`);
  });

  it('prints exactly the documented fields as JSON', async () => {
    const { status, stdout } = stage(['hash', 'a b.txt', '--json'], { app });
    expect(await status).toBe(0);
    expect(stdout.text).toBe(`{"path":"a b.txt","id":"${idOf('a')}","size":12,"kind":"file"}\n`);
  });

  it('ends with 3 where nothing is there', async () => {
    const refuse = new RollcallError('not-found', 'nothing at x');
    expect(await stage(['hash', 'x'], { app: Object.assign(new FakeApp(), { refuse }) }).status).toBe(3);
  });
});

describe('unregister', () => {
  it('frees the name', async () => {
    const { status, stdout, app } = stage(['unregister', '--user', 'Ann']);
    expect(await status).toBe(0);
    expect(app.calls).toEqual([
      ['visit', { host: 'tracker', port: 7450 }, 'Ann'],
      ['unregister', 'Ann'],
    ]);
    expect(stdout.text).toBe('The name Ann is free: anybody may register it now.\n');
  });

  it('says so as JSON', async () => {
    const { status, stdout } = stage(['unregister', '--user', 'Ann', '--json']);
    expect(await status).toBe(0);
    expect(stdout.records).toEqual([{ event: 'unregistered', user: 'Ann' }]);
  });
});

describe('doctor', () => {
  const good: Finding = { check: 'tracker-tcp', ok: true, detail: 'it answers' };
  const bad = (check: Finding['check']): Finding => ({ check, ok: false, detail: 'it does not', remedy: 'do this' });
  const finding = (...findings: Finding[]): FakeApp => Object.assign(new FakeApp(), { findings });

  it('ends with 0 where all is well', async () => {
    const { status, stdout } = stage(['doctor'], { app: finding(good) });
    expect(await status).toBe(0);
    expect(stdout.lines).toEqual(['✓ tracker-tcp: it answers', 'All is well.']);
  });

  it('says what to do about what is not', async () => {
    const { status, stdout } = stage(['doctor'], { app: finding(good, bad('tracker-udp'), bad('disk')) });
    expect(await status).toBe(6);
    expect(stdout.lines).toEqual([
      '✓ tracker-tcp: it answers',
      '✗ tracker-udp: it does not',
      '  → do this',
      '✗ disk: it does not',
      '  → do this',
    ]);
  });

  it.each([
    ['tracker-tcp', 6],
    ['tracker-udp', 6],
    ['peer-port', 6],
    ['disk', 9],
    ['clock', 1],
  ] as const)('ends with the status that fits %s: %i', async (check, exit) => {
    expect(await stage(['doctor'], { app: finding(bad(check)) }).status).toBe(exit);
  });

  it('prints findings as JSON', async () => {
    const { status, stdout } = stage(['doctor', '--json'], { app: finding(good, bad('peer-port')) });
    expect(await status).toBe(6);
    expect(stdout.records).toEqual([good, bad('peer-port')]);
  });

  it('colours its ticks at a terminal alone', async () => {
    const stdout = new FakeOutput(true);
    expect(await stage(['doctor'], { app: finding(good), stdout }).status).toBe(0);
    expect(stdout.lines[0]).toBe('\u001b[32m✓\u001b[39m tracker-tcp: it answers');
  });
});
