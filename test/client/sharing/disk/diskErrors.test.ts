import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { diskError, failureKind } from '../../../../src/client/sharing/disk/diskErrors.ts';

const system = (code: string): Error => Object.assign(new Error('from the system'), { code });

describe('a failure of the disk', () => {
  it.each([
    ['ENOENT', 'not-found', /check the path/],
    ['ENOTDIR', 'not-found', /check the path/],
    ['EACCES', 'usage', /permissions/],
    ['EPERM', 'usage', /permissions/],
    ['ELOOP', 'usage', /symbolic link/],
    ['EMFILE', 'limit', /ulimit/],
    ['EIO', 'fault', /EIO/],
  ])('%s is told as %s, with the path and what to do', (code, ours, remedy) => {
    const error = diskError(system(code), '/a/b');
    expect(error).toMatchObject({ code: ours, message: expect.stringMatching(remedy) });
    expect(error.message).toContain('/a/b');
  });

  it('is told without the escape sequences of a path', () => {
    expect(diskError(system('ENOENT'), '/a/\x1b[2J').message).toContain('\\u{1b}');
  });

  it('that we told of ourselves stays as it is', () => {
    const error = new RollcallError('limit', 'too much');
    expect(diskError(error, '/a')).toBe(error);
  });

  it.each([
    [system('ENOENT'), 'changed'],
    [new RollcallError('changed', 'moved'), 'changed'],
    [system('EMFILE'), 'exhausted'],
    [system('EIO'), 'other'],
    ['not even an error', 'other'],
  ])('%s means to an upload: %s', (error, kind) => {
    expect(failureKind(error)).toBe(kind);
  });
});
