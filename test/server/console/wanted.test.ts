import { describe, expect, it } from 'vitest';
import { inForeground, statSaysSo } from '../../../src/base/foreground.ts';
import { consoleKind, type Surroundings } from '../../../src/server/console/wanted.ts';

const terminal: Surroundings = { stdin: true, stdout: true, env: {}, inForeground: async () => true };
const pipe: Surroundings = { ...terminal, stdin: false };
const background: Surroundings = { ...terminal, inForeground: async () => false };

describe('the console', () => {
  it.each([
    ['at a terminal', {}, terminal, 'prompt'],
    ['at a terminal where it is not wanted', { console: false }, terminal, 'none'],
    ['at a terminal that cannot move its cursor', {}, { ...terminal, env: { TERM: 'dumb' } }, 'none'],
    ['at such a terminal where it is asked for', { console: true }, { ...terminal, env: { TERM: 'dumb' } }, 'lines'],
    ['at a terminal for a program', { json: true }, terminal, 'none'],
    ['for a program that asks for it', { json: true, console: true }, terminal, 'lines'],
    ['where the output goes elsewhere', {}, { ...terminal, stdout: false }, 'none'],
    ['with a pipe', {}, pipe, 'none'],
    ['with a pipe where it is asked for', { console: true }, pipe, 'lines'],
    ['in the background', {}, background, 'none'],
    ['in the background, though it is asked for', { console: true }, background, 'none'],
  ])('%s: %j', async (_, flags, surroundings, kind) => {
    expect(await consoleKind({ json: false, ...flags }, surroundings)).toBe(kind);
  });
});

describe('the foreground', () => {
  const stat = (group: number, foreground: number): string =>
    `12 (a (b) c) S 1 ${group} 10 34816 ${foreground} 4194304 1`;

  it.each([
    [40, 40, true],
    [40, 41, false],
    [40, -1, true],
    [40, 0, true],
  ])('is told from the process group %i and that of the terminal, %i', (group, foreground, is) => {
    expect(statSaysSo(stat(group, foreground))).toBe(is);
  });

  it('is where this process is, or anywhere that has no terminal', async () => {
    expect(typeof (await inForeground())).toBe('boolean');
    expect(statSaysSo('')).toBe(true);
  });
});
