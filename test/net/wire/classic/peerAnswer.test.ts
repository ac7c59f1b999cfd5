import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { type Dialect, dialects } from '../../../../src/base/roll.ts';
import {
  answerHead,
  encodeRefusal,
  type PeerAnswer,
  PeerAnswerReader,
  type PeerRefusal,
  tellsLength,
} from '../../../../src/net/wire/classic/peerAnswer.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (raw: Uint8Array): string => new TextDecoder().decode(raw);
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

interface Read {
  size?: number | undefined;
  begun: boolean;
  file: string;
  refusal?: PeerAnswer | undefined;
}

/** What is read of an answer that comes in these pieces and ends. */
function read(dialect: Dialect, ...pieces: Uint8Array[]): Read {
  const reader = new PeerAnswerReader(dialect);
  let file = '';
  for (const answer of function* () {
    for (const piece of pieces) yield reader.push(piece);
    yield reader.end();
  }.call(undefined)) {
    if (answer.part === 'refusal') return { begun: reader.begun, file, refusal: answer };
    file += text(answer.bytes);
  }
  return { size: reader.size, begun: reader.begun, file };
}

const oneByOne = (raw: Uint8Array): Uint8Array[] => Array.from(raw, (byte) => Uint8Array.of(byte));

describe('an answer of a peer of an older system', () => {
  it.each<[Dialect, string[]]>([
    ['hello', []],
    ['versioned', []],
    ['hostname', ['FILESIZE 5\n', 'BEGIN_DOWNLOAD\n']],
    ['fields', ['\x005\0']],
  ])('in %s begins with %j', (dialect, parts) => {
    expect(answerHead(dialect, 5).map(text)).toEqual(parts);
  });

  it.each<[Dialect, PeerRefusal, string]>([
    ['hello', 'not-found', 'Error: File not found.\n'],
    ['hello', 'failure', 'Error: File not found.\n'],
    ['versioned', 'not-found', ''],
    ['hostname', 'not-found', 'ERROR File not found\n'],
    ['hostname', 'no-name', 'ERROR No filename specified\n'],
    ['hostname', 'malformed', 'ERROR Invalid request\n'],
    ['fields', 'not-found', '\x01'],
    ['fields', 'failure', '\x02'],
    ['fields', 'malformed', '\x02'],
  ])('in %s of %s is %j', (dialect, why, answer) => {
    expect(text(encodeRefusal(dialect, why))).toBe(answer);
  });

  it('is read as it was written, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...dialects),
        fc.string({ unit: 'binary-ascii' }),
        fc.nat(60),
        (dialect, file, cut) => {
          fc.pre(file !== 'Error: File not found.\n' && !(dialect === 'versioned' && file === ''));
          const answer = joined(...answerHead(dialect, file.length), bytes(file));
          const size = tellsLength(dialect) ? file.length : undefined;
          const whole = { size, begun: true, file };
          expect(read(dialect, answer)).toEqual(whole);
          expect(read(dialect, answer.subarray(0, cut), answer.subarray(cut))).toEqual(whole);
          expect(read(dialect, ...oneByOne(answer))).toEqual(whole);
        },
      ),
    );
  });

  it.each<[string, string]>([
    ['FILESIZE 5\nBEGIN_DOWNLOAD\nhello', 'hello'],
    ['FILESIZE 5\r\nBEGIN_DOWNLOAD\r\nhello', 'hello'],
    ['FILESIZE 5BEGIN_DOWNLOADhello', 'hello'],
    ['FILESIZE 5 BEGIN_DOWNLOADhello', 'hello'],
    ['FILESIZE 5BEGIN_DOWNLOAD\nello', '\nello'],
    ['FILESIZE 6\nBEGIN_DOWNLOAD\n\nhello', '\nhello'],
    ['FILESIZE 5\nBEGIN_DOWNLOADhello', 'hello'],
  ])('in hostname may leave line ends out: %j', (answer, file) => {
    const size = file.length;
    expect(read('hostname', bytes(answer))).toEqual({ size, begun: true, file });
    expect(read('hostname', ...oneByOne(bytes(answer)))).toEqual({ size, begun: true, file });
  });

  it.each<[Dialect, string, 'not-found' | 'failure', string]>([
    ['hello', 'Error: File not found.\n', 'not-found', ''],
    ['versioned', '', 'not-found', ''],
    ['hostname', 'ERROR File not found', 'not-found', ''],
    ['hostname', 'ERROR File not found\n', 'not-found', ''],
    ['hostname', 'ERROR No filename specified', 'failure', 'No filename specified'],
    ['hostname', 'ERROR \x1b[2J\n', 'failure', '\\u{1b}[2J'],
    ['fields', '\x01', 'not-found', ''],
    ['fields', '\x02', 'failure', ''],
  ])('in %s of %j says %s', (dialect, answer, why, said) => {
    const refused = { begun: false, file: '', refusal: { part: 'refusal', why, said } };
    expect(read(dialect, bytes(answer))).toEqual(refused);
    expect(read(dialect, ...oneByOne(bytes(answer)))).toEqual(refused);
  });

  it.each(['Error: File not found.\nand more', 'Error: File not found.', 'Error', 'E'])(
    'in hello may be a file that begins like the text of a missing one: %j',
    (file) => {
      expect(read('hello', ...oneByOne(bytes(file)))).toEqual({ size: undefined, begun: true, file });
    },
  );

  it.each<[Dialect, string]>([
    ['hostname', 'FILESIZE 12'],
    ['hostname', 'FILES'],
    ['hostname', ''],
    ['fields', ''],
    ['fields', '\x0012'],
  ])('in %s that ends within its head has not begun: %j', (dialect, answer) => {
    expect(read(dialect, bytes(answer))).toMatchObject({ begun: false, file: '' });
  });

  it.each<[Dialect, string]>([
    ['hostname', '<html>'],
    ['hostname', '\x00\x01\x02\x03'],
    ['hostname', 'FILESIZE 99999999999999999999\nBEGIN_DOWNLOAD\n'],
    ['hostname', `FILESIZE 5${' '.repeat(400)}`],
    ['fields', '\x07'],
    ['fields', 'GET'],
    ['fields', '\x00abc\x00'],
    ['fields', '\x00-5\x00'],
    ['fields', '\x00\x00'],
    ['fields', `\x00${'1'.repeat(40)}`],
  ])('in %s is not %j', (dialect, answer) => {
    expect(() => read(dialect, bytes(answer))).toThrow(expect.objectContaining({ code: 'bad-message' }));
  });

  it('of anything at all is an answer, or an error of ours', () => {
    fc.assert(
      fc.property(fc.constantFrom(...dialects), fc.array(fc.uint8Array({ maxLength: 300 })), (dialect, pieces) => {
        try {
          expect(typeof read(dialect, ...pieces).file).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(RollcallError);
        }
      }),
    );
  });
});
