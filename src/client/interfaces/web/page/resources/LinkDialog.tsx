import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../../../../../web/page/Dialog.tsx';
import { SelectField, TextField } from '../../../../../web/page/fields.tsx';
import { WarnIcon } from '../../../../../web/page/icons.tsx';
import { clockText, momentText, sizeText } from '../../../../../web/page/texts.ts';
import type { ContentBody, LinkBody } from '../../api/bodies.ts';
import { Problem, problemText } from '../calls/problem.ts';
import { Copy } from '../shell/Copy.tsx';
import { useApp } from '../state/useApp.ts';
import { QrCode } from './QrCode.tsx';

const lives = [
  { value: '600', text: '10 minutes' },
  { value: '3600', text: '1 hour' },
  { value: '28800', text: '8 hours' },
  { value: '86400', text: '1 day' },
] as const;
type Life = (typeof lives)[number]['value'];

/** An address that any browser on the LAN can open, for as long and as often as is said here. */
export function LinkDialog({
  row,
  from,
  onClose,
}: {
  row: ContentBody;
  from: string | undefined;
  onClose(): void;
}): VNode {
  const { calls } = useApp();
  const [life, setLife] = useState<Life>('3600');
  const [uses, setUses] = useState('');
  const [plain, setPlain] = useState(false);
  const [wrong, setWrong] = useState<{ uses?: string; all?: string }>({});
  const [busy, setBusy] = useState(false);
  const [link, setLink] = useState<LinkBody>();

  const make = async (): Promise<void> => {
    const count = uses.trim() === '' ? undefined : Number(uses);
    if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= 1000)) {
      return setWrong({ uses: 'A whole number from 1 to 1000, or nothing.' });
    }
    setBusy(true);
    setWrong({});
    try {
      const of = {
        name: row.name,
        ...(row.id === null ? {} : { id: row.id }),
        ...(from === undefined ? {} : { from }),
      };
      setLink(
        await calls.link({ ...of, seconds: Number(life), ...(count === undefined ? {} : { uses: count }), plain }),
      );
    } catch (error) {
      const field = error instanceof Problem ? error.fields['uses'] : undefined;
      setWrong(field === undefined ? { all: problemText(error) } : { uses: field });
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog title="Link for a phone" onClose={onClose}>
      {link === undefined ? (
        <form
          class="stack"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <p class="soft">
            Whoever has the address can download <bdi>{row.name}</bdi> ({sizeText(row.size)}) with any browser on this
            network.
          </p>
          <SelectField label="Works for" value={life} options={lives} onValue={(value) => setLife(value)} />
          <TextField
            label="Downloads"
            hint="How often it may be fetched; empty for as often as one likes"
            wrong={wrong.uses}
            value={uses}
            onValue={setUses}
            input={{ inputMode: 'numeric', placeholder: 'any number' }}
          />
          <label class="check">
            <input type="checkbox" checked={plain} onChange={(event) => setPlain(event.currentTarget.checked)} />
            <span>
              Without encryption
              <span class="hint block">
                A phone opens it without a warning about the certificate. But others on the network can read the file as
                it passes, or change it.
              </span>
            </span>
          </label>
          <div role="alert">
            {wrong.all !== undefined && (
              <div class="notice bad">
                <WarnIcon />
                <p>{wrong.all}</p>
              </div>
            )}
          </div>
          <div class="row">
            <button type="submit" class="primary" disabled={busy}>
              {busy ? 'Making it …' : 'Make the link'}
            </button>
          </div>
        </form>
      ) : (
        <Made link={link} plain={plain} again={() => setLink(undefined)} />
      )}
    </Dialog>
  );
}

function Made({ link, plain, again }: { link: LinkBody; plain: boolean; again(): void }): VNode {
  const today = momentText(link.expires).slice(0, 10) === momentText(Date.now()).slice(0, 10);
  return (
    <div class="stack" role="status">
      <QrCode rows={link.qr} />
      <div class="row">
        <input
          class="mono grow"
          readOnly
          aria-label="Address"
          value={link.url}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Copy text={link.url} what="address" label="Copy" />
      </div>
      <p class="small soft">
        Until {today ? clockText(link.expires) : momentText(link.expires)}
        {link.uses === null ? '' : `, ${link.uses === 1 ? 'once' : `${link.uses} times`}`}; served by{' '}
        <bdi>{link.owner}</bdi>.{' '}
        {plain
          ? 'Not encrypted.'
          : 'The phone warns that it does not know the certificate: that is so with every peer’s own one; go on from there.'}
      </p>
      <div class="row">
        <button type="button" onClick={again}>
          Make another
        </button>
      </div>
    </div>
  );
}
