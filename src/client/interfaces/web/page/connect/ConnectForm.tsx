import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { addressText } from '../../../../../base/address.ts';
import { TextField } from '../../../../../web/page/fields.tsx';
import { SearchIcon, WarnIcon } from '../../../../../web/page/icons.tsx';
import { shortId } from '../../../../../web/page/texts.ts';
import type { ConnectionBody, TrackerBody, TrackersBody } from '../../api/bodies.ts';
import { Problem, problemText } from '../calls/problem.ts';
import { useApp, useStore } from '../state/useApp.ts';
import { checkConnect } from './checkConnect.ts';

type Wrong = Readonly<Record<string, string>>;

export function ConnectForm({ connection }: { connection: ConnectionBody }): VNode {
  const { calls } = useApp();
  const status = useStore((state) => state.status);
  const portKept = useStore((state) => state.settings?.peerPort);
  const [server, setServer] = useState<string>();
  const [user, setUser] = useState<string>();
  const [port, setPort] = useState<string>();
  const [wrong, setWrong] = useState<Wrong>({});
  const [failed, setFailed] = useState('');
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const found = useTrackers(connection.state === 'offline');
  const { trackers } = found;
  const lasting = connection.state === 'offline' ? connection.error?.message : undefined;
  // What is said beside a field is not said twice.
  const said = failed || (Object.keys(wrong).length === 0 && !busy ? lasting : undefined);
  const only = trackers.length === 1 ? trackers[0] : undefined;
  const shown = {
    server: server ?? status?.server ?? (only === undefined ? '' : placeOf(only)),
    user: user ?? status?.user ?? '',
    port: port ?? (portKept ? String(portKept) : ''),
  };

  const refuse = (fields: Wrong, message: string): void => {
    setWrong(fields);
    setFailed(message);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  };
  const connect = async (): Promise<void> => {
    const checked = checkConnect(shown);
    if ('wrong' in checked) return refuse(checked.wrong, '');
    setBusy(true);
    setWrong({});
    setFailed('');
    try {
      await calls.connect(checked.to);
      if (location.hash === '') location.hash = '#/resources';
    } catch (error) {
      const fields = error instanceof Problem ? error.fields : {};
      refuse(fields, Object.keys(fields).some((name) => name in shownAt) ? '' : problemText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="panel padded stack"
      ref={form}
      noValidate
      aria-labelledby="connect"
      onSubmit={(event) => {
        event.preventDefault();
        void connect();
      }}
    >
      <h2 id="connect">{connection.state === 'offline' ? 'Connect to a tracker' : 'Connect to another tracker'}</h2>
      <TextField
        label="Tracker"
        hint="Host, and port where it is not 7450"
        wrong={wrong['server']}
        value={shown.server}
        onValue={setServer}
        input={{ list: 'trackers', placeholder: 'host or host:port' }}
      />
      <datalist id="trackers">
        {trackers.map((tracker) => (
          <option key={placeOf(tracker)} value={placeOf(tracker)}>
            {tracker.name}
          </option>
        ))}
      </datalist>
      <Found {...found} pick={(tracker) => setServer(placeOf(tracker))} />
      <TextField
        label="User name"
        hint="How others see you; it stays bound to the key of this machine"
        wrong={wrong['user']}
        value={shown.user}
        onValue={setUser}
        input={{ maxLength: 64 }}
      />
      <TextField
        label="Peer port"
        hint="Where others fetch from you; empty lets the system choose"
        wrong={wrong['peerPort']}
        value={shown.port}
        onValue={setPort}
        input={{ inputMode: 'numeric', placeholder: 'any' }}
      />
      <div role="alert">
        {said && (
          <div class="notice bad">
            <WarnIcon />
            <p dir="auto">{said}</p>
          </div>
        )}
      </div>
      <div class="row">
        <button type="submit" class="primary" disabled={busy}>
          {busy ? 'Connecting …' : 'Connect'}
        </button>
      </div>
    </form>
  );
}

/** The fields that what is wrong can be said beside. */
const shownAt = { server: true, user: true, peerPort: true };

const placeOf = ({ host, port }: TrackerBody): string => addressText(host, port);

interface Found extends TrackersBody {
  looking: boolean;
  /** They were looked for, and what there is was found. */
  looked: boolean;
  look(): void;
}

/** Trackers on this network, looked for at once where none is known. */
function useTrackers(atOnce: boolean): Found {
  const { calls, say } = useApp();
  const [found, setFound] = useState<TrackersBody>({ trackers: [], off: false });
  const [looking, setLooking] = useState(false);
  const [looked, setLooked] = useState(false);
  const look = async (): Promise<void> => {
    setLooking(true);
    try {
      setFound(await calls.trackers());
      setLooked(true);
    } catch (error) {
      say('bad', problemText(error));
    } finally {
      setLooking(false);
    }
  };
  useEffect(() => {
    if (atOnce) void look();
  }, []);
  return { ...found, looking, looked, look: () => void look() };
}

function Found({ trackers, off, looking, looked, look, pick }: Found & { pick(tracker: TrackerBody): void }): VNode {
  return (
    <div class="found stack" aria-live="polite">
      {trackers.map((tracker) => (
        <button type="button" key={placeOf(tracker)} class="choice" onClick={() => pick(tracker)}>
          <span class="dot good" />
          <span class="grow">
            <bdi>{tracker.name}</bdi>
          </span>
          <span class="soft">{placeOf(tracker)}</span>
          {tracker.fingerprint !== null && <code class="soft">{shortId(tracker.fingerprint)}</code>}
        </button>
      ))}
      <div class="row small soft">
        <span class="grow">
          {looking && 'Looking for trackers on this network …'}
          {!looking && off && 'Looking for trackers is switched off: type the address of yours.'}
          {!looking && looked && !off && trackers.length === 0 && 'No tracker was found on this network.'}
        </span>
        {!off && (
          <button type="button" class="textual" disabled={looking} onClick={look}>
            <SearchIcon size={14} /> {looked ? 'Look again' : 'Look for trackers'}
          </button>
        )}
      </div>
    </div>
  );
}
