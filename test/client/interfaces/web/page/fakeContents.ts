import type {
  ContentBody,
  DownloadBody,
  LogEntryBody,
  ResourcesBody,
  ResourcesQuery,
  ShareBody,
  UploadBody,
  UserBody,
} from '../../../../../src/client/interfaces/web/api/bodies.ts';

/** Believable things to show on a page, and names that are hard to show. */

export const start: number = Date.UTC(2026, 4, 1, 14, 3);
export const markup = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>.txt';

const hex = (seed: number): string =>
  Array.from({ length: 8 }, (_, i) => ((seed * 2_654_435_761 + i * 40_503) >>> 0).toString(16).padStart(8, '0')).join(
    '',
  );

const owner = (user: string, n = 1, state: 'alive' | 'suspect' = 'alive'): ContentBody['owners'][number] => ({
  user,
  address: `192.168.1.${20 + n}`,
  port: 40_000 + n,
  state,
});

const names = [
  'lecture-03-transport.mp4',
  'Ubuntu 26.04 desktop amd64.iso',
  'البيانات النهائية.xlsx',
  '実験データ_2026年5月.csv',
  'фотографии с конференции',
  markup,
  'sequencing-run-0412.fastq.gz',
  'a-very-long-name-that-somebody-gave-to-a-file-since-file-systems-allow-it-and-nobody-said-no-to-that-idea-v2-final-really-final.tar.zst',
  'musicas do verão 🎶',
];
const descriptions = [
  '',
  'Recorded on Monday',
  '',
  'Plate 7, both lanes',
  '',
  '<b>not bold</b>',
  'For the group meeting',
  '',
];

const content = (n: number, more: Partial<ContentBody> = {}): ContentBody => ({
  key: `key-${n}`,
  name: n < names.length ? (names[n] ?? '') : `dataset-${String(n).padStart(5, '0')}.parquet`,
  id: hex(n + 1),
  size: ((n + 3) * 7_919_777) % 9_000_000_000,
  kind: n % 7 === 4 ? 'folder' : 'file',
  description: descriptions[n % descriptions.length] ?? '',
  modified: start - n * 3_600_000,
  owners: [
    owner('ada', 1),
    ...(n % 3 === 0 ? [owner('Grace Hopper', 2)] : []),
    ...(n % 5 === 0 ? [owner('李明', 3, 'suspect')] : []),
  ],
  namesakes: 1,
  ...more,
});

export function fakeContents(count: number): ContentBody[] {
  const several = [0, 1, 2].map((n) =>
    content(count + n, {
      name: 'report.pdf',
      namesakes: 3,
      size: 420_000 + n * 1_234,
      description: n === 1 ? 'The corrected one' : '',
      owners:
        n === 0
          ? [owner('ada', 1), owner('مريم', 4), owner('Grace Hopper', 2)]
          : [owner(n === 1 ? 'مريم' : '李明', 3 + n)],
      kind: 'file',
    }),
  );
  const bare = content(count + 3, { name: 'old-program.txt', id: null, owners: [owner('legacy-7', 7)] });
  return [...Array.from({ length: count }, (_, n) => content(n)), ...several, bare];
}

export function askContents(all: readonly ContentBody[], query: ResourcesQuery): ResourcesBody {
  const words = (query.pattern ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const fit = all.filter(
    (row) =>
      (!query.owner || row.owners.some(({ user }) => user === query.owner)) &&
      words.every((word) =>
        `${row.name} ${row.description} ${row.owners.map(({ user }) => user)}`.toLowerCase().includes(word),
      ),
  );
  const value = (row: ContentBody): number =>
    query.sort === 'size' ? (row.size ?? 0) : query.sort === 'modified' ? row.modified : row.owners.length;
  const collator = new Intl.Collator('en');
  fit.sort((a, b) => (query.sort === 'name' ? collator.compare(a.name, b.name) : value(a) - value(b)));
  if (query.order === 'down') fit.reverse();
  return { version: 1, total: fit.length, rows: fit.slice(query.offset, query.offset + query.limit) };
}

const user = (name: string, n: number, more: Partial<UserBody> = {}): UserBody => ({
  user: name,
  address: `192.168.1.${20 + n}`,
  port: 40_000 + n,
  state: 'alive',
  resources: n * 3,
  udp: 'ok',
  since: Date.now() - n * 754_000,
  self: false,
  ...more,
});

export const fakeUsers = (): UserBody[] => [
  user('ada', 1),
  user('carol', 0, { self: true, resources: 2 }),
  user('Grace Hopper', 2, { udp: 'blocked' }),
  user('legacy-7', 7, { udp: null }),
  user('مريم', 4),
  user('李明', 3, { state: 'suspect' }),
];

const download = (id: string, more: Partial<DownloadBody>): DownloadBody => ({
  id,
  name: 'lecture-03-transport.mp4',
  content: hex(1),
  kind: 'file',
  size: 1_900_000_000,
  bytes: 0,
  state: 'queued',
  rate: 0,
  secondsLeft: null,
  from: 'ada',
  owners: [],
  waiting: null,
  path: null,
  error: null,
  addedAt: start + Number(id) * 1000,
  endedAt: null,
  seconds: 0,
  ...more,
});

export const fakeDownloads = (): DownloadBody[] => [
  download('1', {
    state: 'running',
    bytes: 812_000_000,
    rate: 96_400_000,
    secondsLeft: 11,
    seconds: 9,
    owners: [
      { owner: 'ada', bytes: 500_000_000, rate: 60_100_000 },
      { owner: 'Grace Hopper', bytes: 312_000_000, rate: 36_300_000 },
    ],
  }),
  download('2', {
    name: 'Ubuntu 26.04 desktop amd64.iso',
    content: hex(2),
    size: 6_100_000_000,
    waiting: { owner: 'ada', place: 3 },
    state: 'running',
  }),
  download('3', { name: 'фотографии с конференции', kind: 'folder', content: hex(5), size: 4_000_000_000 }),
  download('4', {
    name: '実験データ_2026年5月.csv',
    content: hex(4),
    size: 88_000_000,
    bytes: 41_000_000,
    state: 'paused',
  }),
  download('5', {
    name: 'report.pdf',
    content: hex(9),
    size: 421_234,
    bytes: 200_000,
    state: 'failed',
    error: {
      code: 'no-space',
      message: 'there is no room for report.pdf in /home/carol/Downloads: 221 kB are missing, free them and try again',
    },
  }),
  download('6', {
    name: 'البيانات النهائية.xlsx',
    content: hex(3),
    size: 2_400_000,
    bytes: 2_400_000,
    state: 'done',
    path: '/home/carol/Downloads/downloaded_ada_البيانات النهائية.xlsx',
    endedAt: start + 60_000,
    seconds: 1.4,
    owners: [{ owner: 'ada', bytes: 2_400_000, rate: 0 }],
  }),
  download('7', {
    name: 'old-program.txt',
    content: null,
    size: 9_000,
    bytes: 9_000,
    state: 'done',
    path: '/home/carol/Downloads/downloaded_legacy-7_old-program.txt',
    endedAt: start + 50_000,
    seconds: 0.2,
    from: 'legacy-7',
  }),
];

export const fakeUploads = (): UploadBody[] => [
  {
    id: 'u1',
    name: 'thesis-data',
    content: hex(20),
    user: '李明',
    address: '192.168.1.23:51022',
    bytes: 730_000_000,
    size: 2_100_000_000,
    rate: 18_400_000,
    since: start,
  },
  {
    id: 'u2',
    name: null,
    content: hex(21),
    user: null,
    address: '192.168.1.77:40110',
    bytes: 3_000,
    size: 18_000_000,
    rate: 0,
    since: start,
  },
];

export const fakeShares = (): ShareBody[] => [
  {
    name: 'thesis-data',
    path: '/home/carol/work/thesis-data',
    state: 'shared',
    kind: 'folder',
    id: hex(20),
    size: 2_100_000_000,
    description: 'Raw and cleaned, May',
    to: [],
    hashing: null,
    error: null,
    sharedAt: start,
  },
  {
    name: 'video.mkv',
    path: '/home/carol/Videos/video.mkv',
    state: 'hashing',
    kind: 'file',
    id: null,
    size: 8_000_000_000,
    description: '',
    to: ['ada', 'مريم'],
    hashing: { bytes: 3_100_000_000, size: 8_000_000_000 },
    error: null,
    sharedAt: start,
  },
  {
    name: 'gone.txt',
    path: '/media/stick/gone.txt',
    state: 'failed',
    kind: 'file',
    id: null,
    size: null,
    description: '',
    to: [],
    hashing: null,
    error: { code: 'not-found', message: '/media/stick/gone.txt is not there any more: put it back, or withdraw it' },
    sharedAt: start,
  },
];

export const fakeEntry = (number: number): LogEntryBody => ({
  number,
  at: start + number * 137,
  level: (['info', 'info', 'debug', 'info', 'warn', 'info', 'debug', 'error'] as const)[number % 8] ?? 'info',
  message:
    [
      'joined the tracker',
      'a piece came and is right',
      'beat',
      'ada shares lecture-03-transport.mp4',
      'an owner is silent, its pieces are asked of others',
      `saw ${markup}`,
      'asked for 4 pieces',
      'cannot write to /home/carol/Downloads: permission denied',
    ][number % 8] ?? '',
  fields: { peer: 'ada', piece: number, address: '192.168.1.21:40001' },
});
