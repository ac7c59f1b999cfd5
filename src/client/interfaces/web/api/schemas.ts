import { z } from 'zod';
import { type ErrorCode, exitStatuses } from '../../../../base/errors.ts';
import { logLevels } from '../../../../base/logBook.ts';
import { contentSorts, downloadStates, shareStates } from '../../../app.ts';
import type {
  ConnectionBody,
  ConnectToBody,
  ContentBody,
  DownloadBody,
  DownloadWithPiecesBody,
  EventBodies,
  FailureBody,
  FolderBody,
  LinkBody,
  LogEntryBody,
  LogQuery,
  NewDownloadBody,
  NewLinkBody,
  NewShareBody,
  PieceBarBody,
  ProblemBody,
  RateSampleBody,
  ResourcesBody,
  ResourcesQuery,
  SettingsBody,
  SettingsChangeBody,
  ShareBody,
  StatusBody,
  TermsBody,
  TrackerBody,
  TransfersBody,
  UploadBody,
  UserBody,
} from './bodies.ts';

/** What goes over the REST API, for the server that checks it and the OpenAPI document that tells of it. */

const codes = Object.keys(exitStatuses) as [ErrorCode, ...ErrorCode[]];
const bytes = z.number().int().nonnegative();
const time = z.number();
const port = z.number().int().min(0).max(65_535);
const kind = z.enum(['file', 'folder']);
const contentId = z.string().regex(/^[0-9a-f]{64}$/);

export const failure: z.ZodType<FailureBody> = z
  .object({ code: z.enum(codes), message: z.string() })
  .meta({ id: 'Failure' });

/** RFC 9457, with our own code, the exit status that goes with it, and what is wrong with which field. */
export const problem: z.ZodType<ProblemBody> = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.number().int(),
    code: z.enum([...codes, 'unauthorized', 'forbidden']),
    exit: z.number().int(),
    detail: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
    /** Of `ambiguous`: what there is to choose from. */
    choices: z
      .array(
        z.object({
          id: contentId.nullable(),
          size: bytes.nullable(),
          kind,
          description: z.string(),
          modified: time,
          owners: z.array(z.object({ user: z.string(), address: z.string(), port })),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

export const connection: z.ZodType<ConnectionBody> = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('offline'), error: failure.optional() }),
    z.object({ state: z.literal('connecting'), server: z.string(), user: z.string() }),
    z.object({
      state: z.literal('online'),
      server: z.string(),
      user: z.string(),
      fingerprint: z.string(),
      port,
      reachable: z.boolean(),
      reason: z.string().optional(),
      since: time,
    }),
    z.object({
      state: z.literal('lost'),
      server: z.string(),
      user: z.string(),
      port,
      why: z.string(),
      retryAt: time,
    }),
  ])
  .meta({ id: 'Connection' });

export const connectTo: z.ZodType<ConnectToBody> = z.object({
  server: z.string().min(1).max(300),
  user: z.string().min(1).max(300),
  peerPort: port.optional(),
});

export const status: z.ZodType<StatusBody> = z
  .object({
    version: z.string(),
    connection,
    /** As a tracker would be looked for and named again: what fields are filled in with. */
    server: z.string().nullable(),
    user: z.string().nullable(),
    roll: z.object({
      version: z.number(),
      state: z.enum(['empty', 'loading', 'live', 'old']),
      resources: z.number(),
      users: z.number(),
      cut: z.boolean(),
    }),
  })
  .meta({ id: 'Status' });

export const tracker: z.ZodType<TrackerBody> = z
  .object({ host: z.string(), port, name: z.string(), fingerprint: z.string().nullable() })
  .meta({ id: 'Tracker' });

export const user: z.ZodType<UserBody> = z
  .object({
    user: z.string(),
    address: z.string(),
    port,
    state: z.enum(['alive', 'suspect']),
    resources: z.number(),
    udp: z.enum(['ok', 'blocked']).nullable(),
    since: time,
    /** Ourselves. */
    self: z.boolean(),
  })
  .meta({ id: 'User' });

export const users: z.ZodType<{ version: number; users: UserBody[] }> = z.object({
  version: z.number(),
  users: z.array(user),
});

export const content: z.ZodType<ContentBody> = z
  .object({
    key: z.string(),
    name: z.string(),
    id: contentId.nullable(),
    size: bytes.nullable(),
    kind,
    description: z.string(),
    modified: time,
    owners: z.array(z.object({ user: z.string(), address: z.string(), port, state: z.enum(['alive', 'suspect']) })),
    namesakes: z.number().int(),
  })
  .meta({ id: 'Content' });

/** Most rows that one question about the roll is answered with: some screens. */
export const maxRows = 500;

export const resourcesQuery: z.ZodType<ResourcesQuery> = z.object({
  pattern: z.string().max(300).optional(),
  owner: z.string().max(300).optional(),
  sort: z.enum(contentSorts).default('name'),
  order: z.enum(['up', 'down']).default('up'),
  offset: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(maxRows).default(100),
});

export const resources: z.ZodType<ResourcesBody> = z.object({
  version: z.number(),
  total: z.number(),
  rows: z.array(content),
});

export const share: z.ZodType<ShareBody> = z
  .object({
    name: z.string(),
    path: z.string(),
    state: z.enum(shareStates),
    kind: kind.nullable(),
    id: contentId.nullable(),
    size: bytes.nullable(),
    description: z.string(),
    to: z.array(z.string()),
    hashing: z.object({ bytes, size: bytes }).nullable(),
    error: failure.nullable(),
    sharedAt: time,
  })
  .meta({ id: 'Share' });

const terms = {
  description: z.string().max(1000).optional(),
  to: z.array(z.string().max(300)).max(100).optional(),
};
export const newShare: z.ZodType<NewShareBody> = z.object({
  path: z.string().min(1).max(4096),
  as: z.string().max(300).optional(),
  ...terms,
});
export const shares: z.ZodType<{ shares: ShareBody[] }> = z.object({ shares: z.array(share) });

export const drop: z.ZodType<{ drop: string }> = z.object({ drop: z.string() });
export const dropFileQuery: z.ZodType<{ path: string }> = z.object({ path: z.string().min(1).max(4096) });
export const publishDrop: z.ZodType<TermsBody> = z.object(terms);

const downloadShape = {
  id: z.string(),
  name: z.string(),
  content: contentId.nullable(),
  kind,
  size: bytes.nullable(),
  bytes,
  state: z.enum(downloadStates),
  rate: z.number(),
  secondsLeft: z.number().nullable(),
  from: z.string(),
  owners: z.array(z.object({ owner: z.string(), bytes, rate: z.number() })),
  waiting: z.object({ owner: z.string(), place: z.number() }).nullable(),
  path: z.string().nullable(),
  error: failure.nullable(),
  addedAt: time,
  endedAt: time.nullable(),
  seconds: z.number(),
};
export const download: z.ZodType<DownloadBody> = z.object(downloadShape).meta({ id: 'Download' });

export const pieceBar: z.ZodType<PieceBarBody> = z
  .object({ pieces: z.number(), have: z.number(), cells: z.array(z.number()) })
  .meta({ id: 'PieceBar' });

export const upload: z.ZodType<UploadBody> = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    content: contentId,
    user: z.string().nullable(),
    address: z.string(),
    bytes,
    size: bytes,
    rate: z.number(),
    since: time,
  })
  .meta({ id: 'Upload' });

export const transfers: z.ZodType<TransfersBody> = z.object({ downloads: z.array(download), uploads: z.array(upload) });
export const downloadWithPieces: z.ZodType<DownloadWithPiecesBody> = z
  .object({ ...downloadShape, pieces: pieceBar.nullable() })
  .meta({ id: 'DownloadWithPieces' });
export const newDownload: z.ZodType<NewDownloadBody> = z
  .object({
    name: z.string().max(300).optional(),
    id: contentId.optional(),
    from: z.string().max(300).optional(),
    /** The file or folder to make, absolute. */
    file: z.string().max(4096).optional(),
    ifExists: z.enum(['refuse', 'rename', 'overwrite']).default('rename'),
  })
  .refine(({ name, id }) => name !== undefined || id !== undefined, { error: 'say a name or an id' });

export const rateSample: z.ZodType<RateSampleBody> = z
  .object({ at: time, up: z.number(), down: z.number() })
  .meta({ id: 'RateSample' });
export const rates: z.ZodType<{ samples: RateSampleBody[] }> = z.object({ samples: z.array(rateSample) });

export const logEntry: z.ZodType<LogEntryBody> = z
  .object({
    number: z.number(),
    at: time,
    level: z.enum(logLevels),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'LogEntry' });
export const logQuery: z.ZodType<LogQuery> = z.object({
  level: z.enum(logLevels).default('info'),
  after: z.coerce.number().optional(),
  limit: z.coerce.number().int().min(1).max(2000).default(500),
});
export const log: z.ZodType<{ entries: LogEntryBody[] }> = z.object({ entries: z.array(logEntry) });

const settingsShape = z.object({
  /** null: no limit. */
  limitUp: bytes.nullable(),
  limitDown: bytes.nullable(),
  uploadSlots: z.number().int(),
  maxOwners: z.number().int(),
  downloadSlots: z.number().int(),
  downloads: z.string(),
  shareFolder: z.string(),
  peerPort: port,
});
export const settings: z.ZodType<SettingsBody> = settingsShape.meta({ id: 'Settings' });
export const settingsChange: z.ZodType<SettingsChangeBody> = settingsShape.partial().meta({ id: 'SettingsChange' });

export const foldersQuery: z.ZodType<{ path?: string | undefined }> = z.object({
  path: z.string().max(4096).optional(),
});
/** What is in a folder of this machine, for choosing what to share. */
export const folder: z.ZodType<FolderBody> = z
  .object({
    path: z.string(),
    parent: z.string().nullable(),
    /** Places to start from: the home folder, drives, what is shared from. */
    places: z.array(z.object({ name: z.string(), path: z.string() })),
    entries: z.array(
      z.object({ name: z.string(), path: z.string(), kind, size: bytes.nullable(), modified: time.nullable() }),
    ),
    /** True where there are more than are told. */
    cut: z.boolean(),
  })
  .meta({ id: 'Folder' });

export const date: z.ZodType<{ date: string; source: string }> = z.object({ date: z.string(), source: z.string() });

export const newLink: z.ZodType<NewLinkBody> = z.object({
  name: z.string().max(300).optional(),
  id: contentId.optional(),
  from: z.string().max(300).optional(),
  seconds: z.number().int().min(60).max(86_400).default(3600),
  uses: z.number().int().min(1).max(1000).optional(),
  plain: z.boolean().default(false),
});
export const link: z.ZodType<LinkBody> = z
  .object({
    url: z.string(),
    owner: z.string(),
    name: z.string(),
    size: bytes,
    expires: time,
    uses: z.number().nullable(),
    /** The address as a QR code, row by row: 1 is a dark cell, 0 a light one. */
    qr: z.array(z.string()),
  })
  .meta({ id: 'Link' });

/** What the event stream tells, by the name of the event. */
export const events: { readonly [E in keyof EventBodies]: z.ZodType<EventBodies[E]> } = {
  connection,
  /** The roll changed: what was asked of it before this version is old. */
  roll: z.object({ version: z.number() }),
  share,
  withdrawn: z.object({ name: z.string() }),
  download,
  forgotten: z.object({ id: z.string() }),
  uploads: z.object({ uploads: z.array(upload) }),
  rates: rateSample,
  log: z.object({ entries: z.array(logEntry), missed: z.number() }),
  settings,
  /** So many events were lost, since they were not read in time: ask for everything anew. */
  missed: z.object({ count: z.number() }),
};

export const session: z.ZodType<{ code: string }> = z.object({ code: z.string().max(200) });
export const token: z.ZodType<{ token: string }> = z.object({ token: z.string() });
export const trackers: z.ZodType<{ trackers: TrackerBody[] }> = z.object({ trackers: z.array(tracker) });
