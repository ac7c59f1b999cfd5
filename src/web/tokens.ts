import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RollcallError } from '../base/errors.ts';
import { makeFolders } from '../base/makeFolders.ts';
import { tokenBytes } from './limits.ts';

/** Text that nobody guesses, fit for a header and an address. */
export const freshToken = (): string => randomBytes(tokenBytes).toString('base64url');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Tells whether a text is the token, in a time that says nothing of how much of it was right. */
export function tokenCheck(token: string): (given: string) => boolean {
  const wanted = digest(token);
  return (given) => timingSafeEqual(digest(given), wanted);
}

/** As many characters as make a token of somebody's own hard to guess; those that may stand in a header (RFC 6750). */
const tokenPattern = /^[A-Za-z0-9._~+/-]{20,200}=*$/;

/**
 * The token in a file, which is made where it is missing, for its owner only.
 * @throws RollcallError `refused` where others can read it, `usage` where it holds no token or cannot be read
 */
export async function keptToken(path: string): Promise<string> {
  await makeFolders(dirname(path), 0o700);
  const token = freshToken();
  if (await writeNew(path, `${token}\n`)) return token;
  return readToken(path);
}

/** False where there is something of that name. */
async function writeNew(path: string, text: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unusable(path, cause);
  }
  await using written = file;
  await written.writeFile(text);
  await written.sync();
  return true;
}

async function readToken(path: string): Promise<string> {
  let file: FileHandle;
  try {
    // Without waiting: who opens a pipe would wait for its other end for ever.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw unusable(path, cause);
  }
  await using found = file;
  const stats = await found.stat();
  if (!stats.isFile()) throw new RollcallError('usage', `${path} is no file, and no token is kept there: remove it`);
  // Windows has no such modes and owners: there the user's profile protects the file.
  const isOthers = process.getuid !== undefined && stats.uid !== process.getuid();
  if (process.platform !== 'win32' && (isOthers || (stats.mode & 0o077) !== 0)) {
    throw new RollcallError(
      'refused',
      `others can read the token in ${path}: remove the file, so that a new one is made, or run chmod 600 on it`,
    );
  }
  const text = (await found.readFile('utf8')).trim();
  if (tokenPattern.test(text)) return text;
  throw new RollcallError('usage', `there is no token in ${path}: remove the file, and a new one is made`);
}

const unusable = (path: string, cause: unknown): RollcallError =>
  new RollcallError('usage', `the token cannot be kept in ${path}: ${(cause as Error).message}`, { cause });
