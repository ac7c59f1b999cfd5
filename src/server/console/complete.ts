import type { Operator } from '../brain/operator.ts';
import { maxOffered } from './limits.ts';
import { verbs } from './requests.ts';

/** What a line may go on with, and what of the line that is to replace, as readline takes it. */
export function complete(line: string, operator: Pick<Operator, 'namesFrom'>): [string[], string] {
  const [, verb = '', space = '', start = ''] = /^\s*(\S*)(\s*)(.*)$/su.exec(line) ?? [];
  if (space === '') {
    const known = Object.entries(verbs).map(([name, { takes }]) => (takes === '' ? name : `${name} `));
    return [known.filter((name) => name.startsWith(verb.toLowerCase())), verb];
  }
  const isAsked = Object.entries(verbs).some(([name, { takes }]) => name === verb.toLowerCase() && takes !== '');
  return [isAsked ? operator.namesFrom(start, maxOffered) : [], start];
}
