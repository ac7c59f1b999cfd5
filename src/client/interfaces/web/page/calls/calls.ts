import type {
  ConnectionBody,
  ConnectToBody,
  DownloadBody,
  DownloadWithPiecesBody,
  FolderBody,
  LinkBody,
  LogEntryBody,
  LogQuery,
  NewDownloadBody,
  NewLinkBody,
  NewShareBody,
  RateSampleBody,
  ResourcesBody,
  ResourcesQuery,
  SettingsBody,
  SettingsChangeBody,
  ShareBody,
  StatusBody,
  TermsBody,
  TrackersBody,
  TransfersBody,
  UserBody,
} from '../../api/bodies.ts';
import type { Ask } from './ask.ts';

/** What this page asks of the API: each throws a Problem. */
export interface Calls {
  status(): Promise<StatusBody>;
  /** Looks for trackers on the network, for some seconds. */
  trackers(): Promise<TrackersBody>;
  connect(to: ConnectToBody): Promise<ConnectionBody>;
  disconnect(): Promise<ConnectionBody>;
  users(signal?: AbortSignal): Promise<{ version: number; users: UserBody[] }>;
  resources(query: ResourcesQuery, signal?: AbortSignal): Promise<ResourcesBody>;
  shares(): Promise<{ shares: ShareBody[] }>;
  share(wanted: NewShareBody): Promise<ShareBody>;
  withdraw(name: string): Promise<void>;
  openDrop(): Promise<{ drop: string }>;
  publishDrop(drop: string, terms: TermsBody): Promise<{ shares: ShareBody[] }>;
  discardDrop(drop: string): Promise<void>;
  folder(path: string | undefined, signal?: AbortSignal): Promise<FolderBody>;
  transfers(): Promise<TransfersBody>;
  transfer(id: string, signal?: AbortSignal): Promise<DownloadWithPiecesBody>;
  download(wanted: NewDownloadBody): Promise<DownloadBody>;
  steer(id: string, how: Steering): Promise<DownloadBody | undefined>;
  forget(id: string): Promise<void>;
  rates(): Promise<{ samples: RateSampleBody[] }>;
  log(query: LogQuery, signal?: AbortSignal): Promise<{ entries: LogEntryBody[] }>;
  settings(): Promise<SettingsBody>;
  configure(change: SettingsChangeBody): Promise<SettingsBody>;
  link(wanted: NewLinkBody): Promise<LinkBody>;
  date(): Promise<{ date: string; source: string }>;
}

/** `open` shows the folder that a finished one was saved in. */
export type Steering = 'pause' | 'resume' | 'cancel' | 'open';

/** Where one dropped file is put. */
export const dropAddress = (drop: string): string => `/drops/${encodeURIComponent(drop)}/files`;

export function openCalls(ask: Ask): Calls {
  const part = encodeURIComponent;
  return {
    status: () => ask('/status'),
    trackers: () => ask('/trackers'),
    connect: (to) => ask('/connection', { method: 'PUT', body: to }),
    disconnect: () => ask('/connection', { method: 'DELETE' }),
    users: (signal) => ask('/users', { signal }),
    resources: (query, signal) => ask('/resources', { query: { ...query }, signal }),
    shares: () => ask('/shares'),
    share: (wanted) => ask('/shares', { method: 'POST', body: wanted }),
    withdraw: (name) => ask(`/shares/${part(name)}`, { method: 'DELETE' }),
    openDrop: () => ask('/drops', { method: 'POST' }),
    publishDrop: (drop, terms) => ask(`/drops/${part(drop)}/publish`, { method: 'POST', body: terms }),
    discardDrop: (drop) => ask(`/drops/${part(drop)}`, { method: 'DELETE' }),
    folder: (path, signal) => ask('/folders', { query: { path }, signal }),
    transfers: () => ask('/transfers'),
    transfer: (id, signal) => ask(`/transfers/${part(id)}`, { signal }),
    download: (wanted) => ask('/transfers', { method: 'POST', body: wanted }),
    steer: (id, how) => ask(`/transfers/${part(id)}/${how}`, { method: 'POST' }),
    forget: (id) => ask(`/transfers/${part(id)}`, { method: 'DELETE' }),
    rates: () => ask('/rates'),
    log: (query, signal) => ask('/log', { query: { ...query }, signal }),
    settings: () => ask('/settings'),
    configure: (change) => ask('/settings', { method: 'PATCH', body: change }),
    link: (wanted) => ask('/links', { method: 'POST', body: wanted }),
    date: () => ask('/date'),
  };
}
