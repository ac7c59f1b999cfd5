import {
  CodeIcon,
  GearIcon,
  type Icon,
  ListIcon,
  LogIcon,
  PeopleIcon,
  PlugIcon,
  ShareIcon,
  TransferIcon,
} from '../../../../../web/page/icons.tsx';
import type { Place } from '../route.ts';

/** How each place is called and marked. */
export const titles: Readonly<Record<Place, { text: string; icon: Icon }>> = {
  resources: { text: 'Resources', icon: ListIcon },
  roll: { text: 'Roll', icon: PeopleIcon },
  publish: { text: 'Publish', icon: ShareIcon },
  transfers: { text: 'Transfers', icon: TransferIcon },
  connect: { text: 'Connection', icon: PlugIcon },
  log: { text: 'System log', icon: LogIcon },
  settings: { text: 'Settings', icon: GearIcon },
  api: { text: 'API', icon: CodeIcon },
};
