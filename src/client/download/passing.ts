import type { Log } from '../../base/log.ts';
import type { PassingOn, PassOn } from '../../base/partialContent.ts';
import type { Target } from './write/target.ts';

/** Hands a content on as soon as there is a piece of it to give. That this fails is no reason to fetch no more. */
export function passingOn(target: Target, passOn: PassOn | undefined, log: Log): PassingOn {
  let begun: PassingOn | undefined;
  const begin = (): void => {
    watching[Symbol.dispose]();
    try {
      begun = passOn?.(target);
    } catch (error) {
      log.warn({ id: target.id, error }, 'what has come cannot be handed on to others');
    }
  };
  const end = async (how: (passing: PassingOn) => PromiseLike<void>): Promise<void> => {
    watching[Symbol.dispose]();
    const passing = begun;
    begun = undefined;
    try {
      if (passing !== undefined) await how(passing);
    } catch (error) {
      log.warn({ id: target.id, error }, 'what was handed on to others could not be brought to an end');
    }
  };
  const watching = target.watch(begin);
  // What was whole before anything was asked for has no piece layer to be served with.
  if (target.runs().length > 0 && !target.whole) begin();
  return {
    finished: (path) => end((passing) => passing.finished(path)),
    [Symbol.asyncDispose]: () => end((passing) => passing[Symbol.asyncDispose]()),
  };
}
