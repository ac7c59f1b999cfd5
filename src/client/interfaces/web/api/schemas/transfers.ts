import { z } from 'zod';
import { downloadStates } from '../../../../app.ts';
import type {
  DownloadBody,
  DownloadWithPiecesBody,
  NewDownloadBody,
  PieceBarBody,
  TransfersBody,
  UploadBody,
} from '../bodies.ts';
import { askedName, bytes, contentId, failure, kind, path, time } from './parts.ts';

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

const pieceBar: z.ZodType<PieceBarBody> = z
  .object({ pieces: z.number(), have: z.number(), cells: z.array(z.number()) })
  .meta({ id: 'PieceBar' });
export const downloadWithPieces: z.ZodType<DownloadWithPiecesBody> = z
  .object({ ...downloadShape, pieces: pieceBar.nullable() })
  .meta({ id: 'DownloadWithPieces' });

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

export const newDownload: z.ZodType<NewDownloadBody> = z
  .strictObject({
    name: askedName.optional(),
    id: contentId.optional(),
    from: askedName.optional(),
    /** The file or folder to make, absolute. */
    file: path.optional(),
    ifExists: z.enum(['refuse', 'rename', 'overwrite']).default('rename'),
  })
  .refine(({ name, id }) => name !== undefined || id !== undefined, { error: 'say a name or an id' });

export const byId: z.ZodType<{ id: string }> = z.object({ id: z.string().max(200) });
