import type { VNode } from 'preact';

/** An icon of 24 by 24, drawn in the colour of the text beside it; what it means that text says. */
const icon =
  (...paths: string[]) =>
  ({ size = 18 }: { size?: number }): VNode => (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {paths.map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );

export type Icon = (props: { size?: number }) => VNode;

export const CloseIcon: Icon = icon('M6 6l12 12', 'M18 6L6 18');
export const FileIcon: Icon = icon('M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8z', 'M14 3v5h5');
export const FolderIcon: Icon = icon('M3 7a2 2 0 0 1 2-2h4l2 2.5h8a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z');
export const PeopleIcon: Icon = icon(
  'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  'M2.5 20a6.5 6.5 0 0 1 13 0',
  'M16 4.3a3.5 3.5 0 0 1 0 6.4',
  'M17.5 14.2a6.5 6.5 0 0 1 4 5.8',
);
export const ListIcon: Icon = icon('M8 6h13', 'M8 12h13', 'M8 18h13', 'M3.5 6h.01', 'M3.5 12h.01', 'M3.5 18h.01');
export const ShareIcon: Icon = icon('M12 15V3.5', 'M7.5 8L12 3.5 16.5 8', 'M4 14v4a3 3 0 0 0 3 3h10a3 3 0 0 0 3-3v-4');
export const DownIcon: Icon = icon('M12 3.5V15', 'M7.5 10.5L12 15l4.5-4.5', 'M4 19.5h16');
export const TransferIcon: Icon = icon('M7 4v15', 'M3 15l4 4 4-4', 'M17 20V5', 'M13 9l4-4 4 4');
export const LogIcon: Icon = icon('M4 5h16', 'M4 10h10', 'M4 15h16', 'M4 20h8');
export const GearIcon: Icon = icon(
  'M4 7h9',
  'M17 7h3',
  'M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  'M4 17h3',
  'M11 17h9',
  'M9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
);
export const CodeIcon: Icon = icon('M8 7l-5 5 5 5', 'M16 7l5 5-5 5');
export const LinkIcon: Icon = icon(
  'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2',
  'M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2',
);
export const PlugIcon: Icon = icon('M9 3v5', 'M15 3v5', 'M6 8h12v3a6 6 0 0 1-12 0z', 'M12 17v4');
export const SearchIcon: Icon = icon('M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14z', 'M20 20l-4-4');
export const PauseIcon: Icon = icon('M8 5v14', 'M16 5v14');
export const PlayIcon: Icon = icon('M7 4.5v15l12-7.5z');
export const RetryIcon: Icon = icon('M20 11a8 8 0 1 0-2.3 6.3', 'M20 4v7h-7');
export const CheckIcon: Icon = icon('M4.5 12.5l5 5 10-11');
export const WarnIcon: Icon = icon('M12 4L2.5 20h19z', 'M12 10v4.5', 'M12 17.4v.1');
export const CopyIcon: Icon = icon('M9 9h11v11H9z', 'M15 9V4H4v11h5');
export const BinIcon: Icon = icon('M4 7h16', 'M9 7V4h6v3', 'M6.5 7l1 13h9l1-13');
export const UpIcon: Icon = icon('M12 20V5', 'M6 11l6-6 6 6');
export const MoreIcon: Icon = icon('M5 12h.01', 'M12 12h.01', 'M19 12h.01');
