import type { TrackerMethod } from '../../net/wire/control.ts';

/** What the tracker writes down. */
const stamped: ReadonlySet<TrackerMethod> = new Set([
  'register',
  'unregister',
  'announce',
  'withdraw',
  'find',
  'locate',
  'users',
  'goodbye',
]);

/** Whether a call says when it was asked. The further pages of a list belong to the first. */
export function isStamped(method: TrackerMethod, params: object | undefined): boolean {
  const isFurther = params !== undefined && 'cursor' in params && params.cursor !== undefined;
  return stamped.has(method) && !isFurther;
}
