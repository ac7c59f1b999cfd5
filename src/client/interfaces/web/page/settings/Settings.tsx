import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { keptLook, type Look, looks, setLook } from '../../../../../web/page/look.ts';
import { useApp, useStore } from '../state/useApp.ts';
import { SettingsForm } from './SettingsForm.tsx';

export function Settings(): VNode {
  const settings = useStore((state) => state.settings);
  return (
    <div class="stack narrow">
      <h1>Settings</h1>
      <LookChoice />
      {settings !== undefined && <SettingsForm settings={settings} />}
      <DateLine />
    </div>
  );
}

const lookTexts: Readonly<Record<Look, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

function LookChoice(): VNode {
  const [look, pick] = useState(keptLook);
  const choose = (wanted: Look): void => {
    setLook(wanted);
    pick(wanted);
  };
  return (
    <fieldset class="panel padded">
      <legend class="unseen">Look</legend>
      <div class="row">
        <span class="label grow" aria-hidden="true">
          Look
        </span>
        <div class="segments">
          {looks.map((one) => (
            <label key={one}>
              <input type="radio" name="look" checked={one === look} onChange={() => choose(one)} />
              <span>{lookTexts[one]}</span>
            </label>
          ))}
        </div>
      </div>
    </fieldset>
  );
}

/** What the date service says, which stamps what is asked. */
function DateLine(): VNode | null {
  const { calls } = useApp();
  const [date, setDate] = useState<{ date: string; source: string }>();
  useEffect(() => {
    calls.date().then(setDate, () => undefined);
  }, []);
  if (date === undefined) return null;
  return (
    <p class="small soft">
      Date by {date.source}: {date.date}
    </p>
  );
}
