import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { savedName, usualTarget } from '../../src/client/savedName.ts';

const bytes = (text: string): number => Buffer.byteLength(text);

describe('the name that a download is saved under', () => {
  it('says the owner and the file', () => {
    expect(savedName('Sally', 'test.txt', 'linux')).toBe('downloaded_Sally_test.txt');
    expect(savedName('mary jane', 'no extension', 'linux')).toBe('downloaded_mary jane_no extension');
    expect(savedName('Bob', '.profile', 'linux')).toBe('downloaded_Bob_.profile');
  });

  it('is cut to what a file system takes, and keeps its extension', () => {
    const saved = savedName('李'.repeat(64), `${'é'.repeat(125)}.tar`, 'linux');
    expect(bytes(saved)).toBeLessThanOrEqual(240);
    expect(saved.endsWith('é.tar')).toBe(true);
    expect(saved.startsWith('downloaded_李')).toBe(true);
  });

  it('is never cut inside an emoji', () => {
    const saved = savedName('Bob', '👨‍👩‍👧'.repeat(14), 'linux');
    expect(saved).toMatch(/^downloaded_Bob_(👨‍👩‍👧)+$/u);
  });

  it('replaces on Windows alone what Windows refuses', () => {
    expect(savedName('Bob', 'a"b?.txt', 'win32')).toBe('downloaded_Bob_a_b_.txt');
    expect(savedName('Bob', 'a"b?.txt', 'linux')).toBe('downloaded_Bob_a"b?.txt');
  });
});

it('a download goes into the downloads folder where nobody says otherwise', () => {
  const folder = resolve('/loads');
  expect(usualTarget(folder, { user: 'Sally', name: 'test.txt' })).toBe(join(folder, 'downloaded_Sally_test.txt'));
});
