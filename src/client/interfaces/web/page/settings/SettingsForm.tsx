import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { TextField } from '../../../../../web/page/fields.tsx';
import type { SettingsBody } from '../../api/bodies.ts';
import { Problem, problemText } from '../calls/problem.ts';
import { Refusal } from '../shell/Refusal.tsx';
import { useApp } from '../state/useApp.ts';
import { readSettings, type TypedSettings, typedSettings } from './typedSettings.ts';

interface FieldText {
  key: keyof TypedSettings;
  label: string;
  hint: string;
  numeric?: true;
}

const sections: readonly { title: string; fields: readonly FieldText[] }[] = [
  {
    title: 'Limits',
    fields: [
      { key: 'limitDown', label: 'Download at most', hint: 'Bytes a second, as 500k, 5M or 1G; empty for no limit' },
      { key: 'limitUp', label: 'Upload at most', hint: 'The same, of what others fetch from you' },
    ],
  },
  {
    title: 'At a time',
    fields: [
      { key: 'downloadSlots', label: 'Downloads', hint: 'More of them wait for their turn', numeric: true },
      { key: 'uploadSlots', label: 'Uploads', hint: 'More who ask wait in line', numeric: true },
      { key: 'maxOwners', label: 'Owners of one download', hint: 'How many feed it at most', numeric: true },
    ],
  },
  {
    title: 'Places',
    fields: [
      { key: 'downloads', label: 'Downloads folder', hint: 'Where finished files are put' },
      { key: 'shareFolder', label: 'Share folder', hint: 'Where files go that are dropped on this page' },
      {
        key: 'peerPort',
        label: 'Peer port',
        hint: 'Where others fetch from you, from the next connection on; 0 lets the system choose',
        numeric: true,
      },
    ],
  },
];

/** What is not touched follows what is set elsewhere: another page, or the command line. */
export function SettingsForm({ settings }: { settings: SettingsBody }): VNode {
  const { calls, say } = useApp();
  const [touched, setTouched] = useState<Partial<TypedSettings>>({});
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const typed = { ...typedSettings(settings), ...touched };
  const refuse = (fields: Readonly<Record<string, string>>): void => {
    setWrong(fields);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  };
  const save = async (): Promise<void> => {
    const read = readSettings(typed, settings);
    if ('wrong' in read) return refuse(read.wrong);
    setBusy(true);
    setWrong({});
    try {
      await calls.configure(read.change);
      setTouched({});
      say('good', 'The settings are kept.');
    } catch (error) {
      const fields = error instanceof Problem ? error.fields : {};
      refuse(Object.keys(fields).some((name) => name in typed) ? fields : { all: problemText(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="stack"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {sections.map(({ title, fields }) => (
        <section key={title} class="panel padded stack" aria-label={title}>
          <h2>{title}</h2>
          <div class="pairs">
            {fields.map(({ key, label, hint, numeric }) => (
              <TextField
                key={key}
                label={label}
                hint={hint}
                wrong={wrong[key]}
                value={typed[key]}
                onValue={(value) => setTouched({ ...touched, [key]: value })}
                input={numeric ? { inputMode: 'numeric' } : {}}
              />
            ))}
          </div>
        </section>
      ))}
      <Refusal why={wrong['all']} />
      <div class="row">
        <button type="submit" class="primary" disabled={busy || Object.keys(touched).length === 0}>
          Save
        </button>
        {Object.keys(touched).length > 0 && (
          <button type="button" onClick={() => setTouched({})}>
            As before
          </button>
        )}
      </div>
    </form>
  );
}
