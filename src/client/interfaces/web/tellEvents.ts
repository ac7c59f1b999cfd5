import { unreachable } from '../../../base/errors.ts';
import { sizeText } from '../../../base/sizeText.ts';
import type { Connection, Daemon, DaemonEvent, Share } from '../../app.ts';
import type { Terminal } from '../cli/terminal.ts';

/** Tells at the terminal what somebody wants to know who does not look at the page, what is shared already too; until disposed of. */
export function tellEvents(daemon: Daemon, terminal: Terminal): Disposable {
  const news = openShareNews();
  let said: string | undefined;
  const tellNew = (share: Share): void => {
    if (news(share)) tellShare(share, terminal);
  };
  for (const share of daemon.shares()) tellNew(share);
  return daemon.watch((told: DaemonEvent) => {
    if (told.event === 'connection') {
      if (terminal.json) terminal.record({ event: 'connection', ...told.connection });
      const line = connectionText(told.connection);
      if (line !== undefined && line !== said) terminal.say(line);
      said = line ?? said;
    }
    if (told.event === 'share') tellNew(told.share);
  });
}

function connectionText(connection: Connection): string | undefined {
  switch (connection.state) {
    case 'offline':
      return connection.error === undefined ? undefined : `Not connected: ${connection.error.message}`;
    case 'connecting':
      return undefined;
    case 'online': {
      const { server, user, port, reachable, reason } = connection;
      const here = `Registered with ${server} as ${user}. Serving on port ${port}.`;
      return reachable ? here : `${here} Others cannot reach this peer: ${reason ?? 'the tracker does not say why'}`;
    }
    case 'lost':
      return `Lost the tracker: ${connection.why}. It is tried again by itself.`;
    default:
      return unreachable(connection);
  }
}

function tellShare(share: Share, terminal: Terminal): void {
  const { name, id, size, error } = share;
  if (error !== null) terminal.say(`Not shared: ${name}: ${error.message}`);
  else if (terminal.json) terminal.record({ event: 'announced', name, id, size });
  else if (size !== null) terminal.say(`Shared: ${name} (${sizeText(size)})`);
}

/** Whether a share has come to what was not told of it yet. */
function openShareNews(): (share: Share) => boolean {
  const known = new Map<string, string>();
  return ({ name, state, id, error }) => {
    if (state !== 'shared' && state !== 'failed') return false;
    const what = error?.message ?? `id ${id}`;
    const isNews = known.get(name) !== what;
    known.set(name, what);
    return isNews;
  };
}
