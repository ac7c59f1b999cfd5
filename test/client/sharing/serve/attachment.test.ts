import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attachment } from '../../../../src/client/sharing/serve/attachment.ts';

it.each([
  ['plain.txt', `attachment; filename="plain.txt"; filename*=UTF-8''plain.txt`],
  ['Ünï.txt', `attachment; filename="_n_.txt"; filename*=UTF-8''%C3%9Cn%C3%AF.txt`],
  ['a "b" (1)*.txt', `attachment; filename="a _b_ (1)_.txt"; filename*=UTF-8''a%20%22b%22%20%281%29%2A.txt`],
  ['50%.txt', `attachment; filename="50_.txt"; filename*=UTF-8''50%25.txt`],
  [undefined, 'attachment'],
])('%s is announced as %s', (name, header) => {
  expect(attachment(name)).toBe(header);
});

it('any name makes a header of one line of printable ASCII, whose parts stay in their places', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(attachment(name)).toMatch(/^attachment; filename="[^"\\]*"; filename\*=UTF-8''[A-Za-z0-9%._~-]*$/);
      expect(attachment(name)).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});
