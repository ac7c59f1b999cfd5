import { RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';

/** The system's name of a failure, as in ENOENT. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** True where a path does not lead to a file any more: it is gone, or a link or a file took the place of a folder. */
export function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '');
}

/** What a failure to read a shared file means: its bytes are gone, the process has no descriptor left, or else. */
export function failureKind(error: unknown): 'changed' | 'exhausted' | 'other' {
  if (error instanceof RollcallError || isGone(error)) return 'changed';
  return ['EMFILE', 'ENFILE'].includes(systemCode(error) ?? '') ? 'exhausted' : 'other';
}

/** Says of a failure at `path` what happened and what to do. Our own errors stay as they are. */
export function diskError(error: unknown, path: string): RollcallError {
  if (error instanceof RollcallError) return error;
  const shown = safeText(path);
  const options = { cause: error };
  const code = systemCode(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new RollcallError('not-found', `nothing is at "${shown}": check the path`, options);
    case 'EACCES':
    case 'EPERM':
      return new RollcallError(
        'usage',
        `"${shown}" may not be read: change its permissions, or share as a user who may read it`,
        options,
      );
    case 'ELOOP':
      return new RollcallError(
        'usage',
        `"${shown}" cannot be shared: a symbolic link is on the way; share what it points to`,
        options,
      );
    case 'EMFILE':
    case 'ENFILE':
      return new RollcallError(
        'limit',
        `"${shown}" could not be opened: too many files are open; raise the limit (ulimit -n) or share less at once`,
        options,
      );
    default:
      return new RollcallError(
        'fault',
        `"${shown}" could not be read (${code ?? String(error)}): check the disk`,
        options,
      );
  }
}
