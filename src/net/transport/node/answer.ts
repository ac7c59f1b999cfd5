import { RollcallError } from '../../../base/errors.ts';
import { maxHeadBytes } from '../limits.ts';

/** An answer of HTTP/1.1 (RFC 9112) as it comes in. Every answer is one head, any number of bodies, one end. */
export type AnswerPart =
  | { part: 'head'; status: number; headers: Map<string, string> }
  /** A view on the bytes that were pushed. */
  | { part: 'body'; bytes: Uint8Array }
  | { part: 'end' };

type State =
  | { at: 'status' }
  | { at: 'headers' }
  /** So many bytes of the body, or of its present chunk, are still to come. */
  | { at: 'body'; left: number; chunked: boolean }
  | { at: 'chunk-size' }
  | { at: 'chunk-end' }
  | { at: 'trailers' }
  | { at: 'done' };

const lineFeed = 0x0a;
const statusLine = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?$/;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const forbidden = /[\0\r\n]/;
const chunkSizeLine = /^([0-9A-Fa-f]{1,13})[ \t]*(?:;[^\r\n]*)?$/;

const bad = (what: string): RollcallError =>
  new RollcallError('bad-message', `what came is not an HTTP answer: ${what}`);

/**
 * Reads one answer. Stricter than HTTP where laxity has been abused: no folded headers, no two lengths, a body's length
 * is announced or its chunks are, never told by the end of the connection alone.
 */
export class AnswerParser {
  readonly #toHead: boolean;
  #state: State = { at: 'status' };
  /** The line so far, as Latin-1. */
  #line = '';
  /** Bytes of lines since the last byte of the body: what a sender can make us hold. */
  #lineBytes = 0;
  #status = 0;
  #headers = new Map<string, string>();

  /** `method` is that of the request: an answer to HEAD has no body. */
  constructor(method: string) {
    this.#toHead = method === 'HEAD';
  }

  /** The parts that these bytes complete. @throws RollcallError `bad-message`; the connection is lost then */
  push(bytes: Uint8Array): AnswerPart[] {
    const parts: AnswerPart[] = [];
    for (let from = 0; from < bytes.length; ) {
      const state = this.#state;
      if (state.at === 'body') {
        const part = bytes.subarray(from, from + state.left);
        from += part.length;
        state.left -= part.length;
        parts.push({ part: 'body', bytes: part });
        if (state.left === 0) this.#bodyEnds(state.chunked, parts);
      } else {
        const end = bytes.indexOf(lineFeed, from);
        const next = end === -1 ? bytes.length : end + 1;
        this.#hold(bytes.subarray(from, next));
        from = next;
        if (end !== -1) this.#takeLine(parts);
      }
    }
    return parts;
  }

  #hold(part: Uint8Array): void {
    this.#lineBytes += part.length;
    if (this.#lineBytes > maxHeadBytes) throw bad(`its head is longer than ${maxHeadBytes} bytes`);
    this.#line += Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1');
  }

  #takeLine(parts: AnswerPart[]): void {
    if (!this.#line.endsWith('\r\n')) throw bad('a line does not end in CR LF');
    const line = this.#line.slice(0, -2);
    this.#line = '';
    switch (this.#state.at) {
      case 'status':
        this.#takeStatus(line);
        break;
      case 'headers':
        if (line === '') this.#headEnds(parts);
        else this.#takeHeader(line);
        break;
      case 'chunk-size':
        this.#takeChunkSize(line);
        break;
      case 'chunk-end':
        if (line !== '') throw bad('a chunk is longer than it said');
        this.#state = { at: 'chunk-size' };
        break;
      case 'trailers':
        if (line === '') this.#end(parts);
        break;
      default:
        throw bad('bytes after its end');
    }
  }

  #takeStatus(line: string): void {
    const status = statusLine.exec(line)?.[1];
    if (status === undefined) throw bad('no status line');
    this.#status = Number(status);
    this.#headers = new Map();
    this.#state = { at: 'headers' };
  }

  #takeHeader(line: string): void {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (!headerName.test(name) || forbidden.test(line)) throw bad('a line of its head is no header');
    const value = unpadded(line, colon + 1);
    const key = name.toLowerCase();
    const before = this.#headers.get(key);
    this.#headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }

  #headEnds(parts: AnswerPart[]): void {
    const [status, headers] = [this.#status, this.#headers];
    if (status < 200) {
      this.#state = { at: 'status' };
      return;
    }
    parts.push({ part: 'head', status, headers });
    this.#lineBytes = 0;
    const length = headers.get('content-length');
    const coding = headers.get('transfer-encoding');
    if (this.#toHead || status === 204 || status === 304) {
      this.#end(parts);
    } else if (coding !== undefined) {
      if (coding.toLowerCase() !== 'chunked' || length !== undefined) throw bad('its length is told in two ways');
      this.#state = { at: 'chunk-size' };
    } else {
      if (length === undefined || !/^[0-9]{1,15}$/.test(length)) throw bad('its length is not told');
      this.#state = { at: 'body', left: Number(length), chunked: false };
      if (Number(length) === 0) this.#end(parts);
    }
  }

  #takeChunkSize(line: string): void {
    const digits = chunkSizeLine.exec(line)?.[1];
    if (digits === undefined) throw bad('a chunk has no size');
    const left = Number.parseInt(digits, 16);
    this.#lineBytes = 0;
    this.#state = left === 0 ? { at: 'trailers' } : { at: 'body', left, chunked: true };
  }

  #bodyEnds(chunked: boolean, parts: AnswerPart[]): void {
    if (chunked) this.#state = { at: 'chunk-end' };
    else this.#end(parts);
  }

  #end(parts: AnswerPart[]): void {
    this.#state = { at: 'done' };
    parts.push({ part: 'end' });
  }
}

/** The text from there on, without spaces and tabs around it: in one pass, whatever is sent. */
function unpadded(line: string, from: number): string {
  const isPadding = (at: number): boolean => line[at] === ' ' || line[at] === '\t';
  let [start, end] = [from, line.length];
  while (start < end && isPadding(start)) start++;
  while (end > start && isPadding(end - 1)) end--;
  return line.slice(start, end);
}
