import { describe, expect, it } from 'vitest';
import { hashContent } from '../../../../src/base/merkle.ts';
import { knownStreams } from '../../../../src/client/sharing/limits.ts';
import { KnownStreams } from '../../../../src/client/sharing/serve/knownStreams.ts';
import { WholeStream } from '../../../../src/client/sharing/serve/stream.ts';

const make = (): WholeStream => new WholeStream([], { moved() {}, failed() {} });
const idOf = (which: number) => hashContent(Buffer.from(`${which}`)).id;

describe('the streams of a content', () => {
  it('are the same each time, until so many others were asked for since', () => {
    const streams = new KnownStreams<WholeStream>();
    const [first, second] = [streams.get(idOf(0), make), streams.get(idOf(1), make)];
    for (let which = 2; which < knownStreams; which++) streams.get(idOf(which), make);
    expect(streams.get(idOf(0), make)).toBe(first);
    streams.get(idOf(knownStreams), make);
    expect(streams.get(idOf(0), make)).toBe(first);
    expect(streams.get(idOf(1), make)).not.toBe(second);
  });
});
