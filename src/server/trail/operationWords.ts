import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import { type OperationName, operationNames } from './trail.ts';

/** What the older systems call them. */
const ancestors = new Map<string, OperationName>([
  ['publish', 'announce'],
  ['delete', 'withdraw'],
  ['list', 'find'],
  ['list_content', 'find'],
  ['list_users', 'users'],
  ['get_file', 'locate'],
]);

/** The operation that a word means, ours or an older system's, in any case. @throws RollcallError `usage` */
export function operationOf(text: string): OperationName {
  const word = text.toLowerCase().replaceAll('-', '_');
  const name = operationNames.find((known) => known === word) ?? ancestors.get(word);
  if (name !== undefined) return name;
  throw new RollcallError(
    'usage',
    `"${safeText(text).slice(0, 40)}" is no operation: use ${operationNames.join(', ')}, or ${[...ancestors.keys()].join(', ')}`,
  );
}
