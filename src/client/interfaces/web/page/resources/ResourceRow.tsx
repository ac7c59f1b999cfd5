import type { VNode } from 'preact';
import { DownIcon, FileIcon, FolderIcon } from '../../../../../web/page/icons.tsx';
import { countText, momentText, shortId, sizeText } from '../../../../../web/page/texts.ts';
import type { rowProps } from '../../../../../web/page/VirtualTable.tsx';
import type { ContentBody } from '../../api/bodies.ts';
import type { StartDownload } from './useDownload.ts';

export interface ResourceRowProps {
  place: ReturnType<typeof rowProps>;
  /** Nothing where it has not come yet. */
  row: ContentBody | undefined;
  before: ContentBody | undefined;
  me: string | undefined;
  open(row: ContentBody): void;
  download: StartDownload;
}

export function ResourceRow({ place, row, before, me, open, download }: ResourceRowProps): VNode {
  if (row === undefined) {
    return (
      <tr {...place} class="coming">
        <td class="name" colSpan={5}>
          <span class="bar" />
        </td>
      </tr>
    );
  }
  const several = row.namesakes > 1;
  const names = [several ? 'several' : '', several && before?.name === row.name ? 'again' : ''].join(' ');
  const own = row.owners.length > 0 && row.owners.every(({ user }) => user === me);
  return (
    <tr {...place} class={names}>
      <td class="name">
        <span class="what">
          {row.kind === 'folder' ? <FolderIcon size={20} /> : <FileIcon size={20} />}
          <span class="lines">
            <span class="first-line">
              <button type="button" class="textual clip" data-main onClick={() => open(row)}>
                <bdi>{row.name}</bdi>
              </button>
              {several && <span class="badge warn">1 of {row.namesakes} different</span>}
              {row.id === null && <span class="badge">unverified</span>}
            </span>
            <span class="second-line clip small soft">
              <Beside row={row} />
            </span>
          </span>
        </span>
      </td>
      <td class="size number">{sizeText(row.size)}</td>
      <td class="owners">
        <Owners row={row} me={me} />
      </td>
      <td class="changed soft">{momentText(row.modified)}</td>
      <td class="act">
        {own ? (
          <span class="badge accent">yours</span>
        ) : (
          <button
            type="button"
            class="quiet square"
            title="Download"
            aria-label={`Download ${row.name}`}
            onClick={() => void download(row)}
          >
            <DownIcon />
          </button>
        )}
      </td>
    </tr>
  );
}

/** What tells it from others of its name comes first. */
function Beside({ row }: { row: ContentBody }): VNode {
  return (
    <>
      {row.namesakes > 1 && row.id !== null && (
        <>
          <code>{shortId(row.id)}</code>
          {' · '}
        </>
      )}
      {row.kind === 'folder' ? 'Folder' : 'File'}
      {row.description !== '' && (
        <>
          {' · '}
          <bdi>{row.description}</bdi>
        </>
      )}
    </>
  );
}

function Owners({ row: { owners }, me }: { row: ContentBody; me: string | undefined }): VNode {
  const [first] = owners;
  if (owners.length !== 1 || first === undefined) return <>{countText(owners.length, 'owner', 'owners')}</>;
  return (
    <span class="one-owner">
      <span class={`dot ${first.state === 'alive' ? 'good' : 'warn'}`} title={first.state} />
      <span class="clip">{first.user === me ? 'you' : <bdi>{first.user}</bdi>}</span>
    </span>
  );
}
