import { RollcallError } from '../../../base/errors.ts';
import type { ResourceKind } from '../../../base/roll.ts';
import { safeText } from '../../../base/safeText.ts';
import type { DownloadOptions } from '../../app.ts';

/** What a download was to make, and what of it was said. */
interface Target {
  path: string;
  kind: ResourceKind;
  ifExists: DownloadOptions['ifExists'];
}

/** A download knows no flags: where its target is there already, this says which help. Leaves other errors alone. */
export function withFlags(error: unknown, { path, kind, ifExists }: Target): unknown {
  if (!(error instanceof RollcallError) || error.code !== 'exists') return error;
  const whole = kind === 'folder' ? ' and all that is in it' : '';
  const message =
    ifExists === 'refuse'
      ? `'${safeText(path)}' is there already and was left as it is: add --rename to save beside it, ` +
        `--overwrite to replace it${whole}, or -o FILE to name another place`
      : `${error.message}, with -o FILE or --rename`;
  return new RollcallError('exists', message, { cause: error });
}
