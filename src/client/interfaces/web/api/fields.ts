import { isAbsolute } from 'node:path';
import { RollcallError } from '../../../../base/errors.ts';
import { type ContentId, contentId } from '../../../../base/ids.ts';
import { type ResourceName, resourceName, type UserName, userName } from '../../../../base/names.ts';
import { FieldError } from '../../../../web/problem.ts';
import type { TermsBody } from './bodies.ts';

/** Parses what stands in a field of a request, which the failure names. @throws FieldError */
export function inField<T>(field: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw ofField(field, error);
  }
}

/** The same failure, as one of a field; what is none of ours stays as it is. */
export function ofField(field: string, error: unknown): unknown {
  if (!(error instanceof RollcallError) || error instanceof FieldError) return error;
  const { code, message } = error;
  return new FieldError(code, message, { [field]: message }, { cause: error });
}

/** A field that may be missing, or left empty on a page. */
const optional =
  <T>(parse: (text: string) => T) =>
  (field: string, text: string | undefined): T | undefined =>
    text === undefined || text === '' ? undefined : inField(field, () => parse(text));

export const optionalUser: (field: string, text: string | undefined) => UserName | undefined = optional(userName);
export const optionalName: (field: string, text: string | undefined) => ResourceName | undefined =
  optional(resourceName);
export const optionalId: (field: string, text: string | undefined) => ContentId | undefined = optional(contentId);
export const optionalPath: (field: string, text: string | undefined) => string | undefined = optional(wholePath);

/** @throws RollcallError `usage` */
export function wholePath(text: string): string {
  if (isAbsolute(text) && !text.includes('\0')) return text;
  throw new RollcallError('usage', `"${text}" is no whole path: begin it at the root, as in ${wholeExample}`);
}

const wholeExample = process.platform === 'win32' ? 'C:\\Users\\Carol\\Shared' : '/home/carol/Shared';

export interface Terms {
  description: string | undefined;
  to: UserName[] | undefined;
}

export const termsOf = ({ description, to }: TermsBody): Terms => ({
  description,
  to: to?.map((name) => inField('to', () => userName(name))),
});
