import type { VNode } from 'preact';
import { addressText } from '../../../base/address.ts';
import { durationText } from '../../../web/page/texts.ts';
import { rowProps, VirtualTable } from '../../../web/page/VirtualTable.tsx';
import type { UserBody, UsersBody } from '../api/bodies.ts';

export interface RollProps {
  pages: readonly UsersBody[] | undefined;
  more: boolean;
  failed: string | undefined;
  now: number;
  /** A person wants to see what a user shares. */
  pick(user: string): void;
}

/** Height of a row, pixels, as the style sheet has it. */
export const rowHeight = 36;

type Row = (UserBody & { reached: true }) | (UsersBody['unreached'][number] & { reached: false });

/** Who is here, the alive first; then who cannot be reached. */
export function Roll({ pages, more, failed, now, pick }: RollProps): VNode {
  const rows: Row[] = [
    ...(pages ?? []).flatMap(({ users }) => users.map((one) => ({ ...one, reached: true as const }))),
    ...(pages?.at(-1)?.unreached ?? []).map((one) => ({ ...one, reached: false as const })),
  ];
  return (
    <section class="panel part" aria-labelledby="roll">
      <div class="row head">
        <h2 id="roll" class="grow">
          Roll
        </h2>
        {more && <span class="soft small">the first {rows.length.toLocaleString('en')}</span>}
      </div>
      {failed !== undefined && <p class="notice bad">{failed}</p>}
      {pages !== undefined && rows.length === 0 ? (
        <p class="soft none">Nobody is here yet. Whoever joins appears at once.</p>
      ) : (
        <VirtualTable
          label="Roll"
          columns={6}
          count={rows.length}
          rowHeight={rowHeight}
          head={
            <tr>
              <th scope="col">User</th>
              <th scope="col" class="of-state">
                State
              </th>
              <th scope="col" class="number of-count">
                Shares
              </th>
              <th scope="col" class="wide of-address">
                Address
              </th>
              <th scope="col" class="wide spare of-word">
                Datagrams
              </th>
              <th scope="col" class="number wide of-word">
                Here for
              </th>
            </tr>
          }
          row={(index) => {
            const row = rows[index];
            if (row === undefined) return <tr key={index} />;
            return <UserRow key={index} row={row} index={index} now={now} pick={pick} />;
          }}
        />
      )}
    </section>
  );
}

interface UserRowProps {
  row: Row;
  index: number;
  now: number;
  pick(user: string): void;
}

function UserRow({ row, index, now, pick }: UserRowProps): VNode {
  return (
    <tr {...rowProps(index)}>
      <td class="clip">
        <button type="button" class="textual" data-main title="Show the resources" onClick={() => pick(row.user)}>
          <bdi>{row.user}</bdi>
        </button>
      </td>
      <td>
        <StateMark row={row} />
      </td>
      <td class="number">{row.reached ? row.resources.toLocaleString('en') : '–'}</td>
      <td class="clip mono small wide">{addressText(row.address, row.port)}</td>
      <td class="wide spare">{row.reached ? datagramsOf(row) : '–'}</td>
      <td class="number wide">{row.reached ? durationText((now - row.since) / 1000) : '–'}</td>
    </tr>
  );
}

function StateMark({ row }: { row: Row }): VNode {
  const [tone, text] = row.reached ? [row.state === 'alive' ? 'good' : 'warn', row.state] : ['bad', 'out of reach'];
  return (
    <span class="row state">
      <span class={`dot ${tone}`} />
      {text}
    </span>
  );
}

function datagramsOf({ udp }: UserBody): VNode {
  if (udp === null) return <span class="soft">none</span>;
  return udp === 'ok' ? <>ok</> : <span class="badge warn">blocked</span>;
}
