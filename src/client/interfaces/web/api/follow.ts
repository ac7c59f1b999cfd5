import type { Clock } from '../../../../base/clock.ts';
import { unreachable } from '../../../../base/errors.ts';
import type { EventStream } from '../../../../web/eventStream.ts';
import type { Daemon, DaemonEvent, Download, Share } from '../../../app.ts';
import type { EventBodies } from './bodies.ts';
import { eventGapMs } from './limits.ts';
import { openLogLines } from './logLines.ts';
import { openThrottle } from './throttle.ts';

/** Tells a reader where things stand and then what happens, no more of it than a page can show; until disposed of. */
export function follow(daemon: Daemon, out: Pick<EventStream<EventBodies>, 'send'>, clock: Clock): Disposable {
  const downloads = openThrottle<Download>(clock, eventGapMs, (download) => out.send('download', download));
  const shares = openThrottle<Share>(clock, eventGapMs, (share) => out.send('share', share));
  const lines = openLogLines(clock, (message) => out.send('log', message));

  const tell = (told: DaemonEvent): void => {
    switch (told.event) {
      case 'connection':
        out.send('connection', told.connection);
        break;
      case 'roll':
        out.send('roll', { version: told.version });
        break;
      case 'share':
        shares.tell(told.share.name, told.share);
        break;
      case 'withdrawn':
        shares.forget(told.name);
        out.send('withdrawn', { name: told.name });
        break;
      case 'download':
        downloads.tell(told.download.id, told.download);
        break;
      case 'forgotten':
        downloads.forget(told.id);
        out.send('forgotten', { id: told.id });
        break;
      case 'uploads':
        out.send('uploads', { uploads: told.uploads });
        break;
      case 'rates':
        out.send('rates', told.sample);
        break;
      case 'log':
        lines.add(told.entry);
        break;
      case 'settings':
        out.send('settings', told.settings);
        break;
      default:
        unreachable(told);
    }
  };
  const watching = daemon.watch(tell);
  out.send('connection', daemon.connection);
  out.send('roll', { version: daemon.roll.version });
  return {
    [Symbol.dispose]() {
      for (const open of [watching, downloads, shares, lines]) open[Symbol.dispose]();
    },
  };
}
