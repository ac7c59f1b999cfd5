import { RollcallError } from '../../base/errors.ts';

/** How a session ends for good: by the tracker's word. */
export const ended = (reason: string): RollcallError =>
  new RollcallError('refused', `the tracker ended this session: ${reason}`);

/** By our own. */
export const closed = (): RollcallError =>
  new RollcallError('interrupted', 'the session with the tracker was closed here');
