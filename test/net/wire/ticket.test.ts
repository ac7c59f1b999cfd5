import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { importSPKI, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import {
  countedLinkClaims,
  linkClaims,
  ticketAlgorithm,
  ticketClaims,
  ticketSeconds,
  ticketType,
} from '../../../src/net/wire/ticket.ts';
import golden from './golden/ticket.json' with { type: 'json' };

const key = async () => {
  const der = Buffer.from(golden.trackerKey, 'hex');
  const pem = createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ format: 'pem', type: 'spki' });
  return importSPKI(pem.toString(), ticketAlgorithm);
};
const verify = async (jwt: string) =>
  jwtVerify(jwt, await key(), {
    algorithms: [ticketAlgorithm],
    typ: ticketType,
    currentDate: new Date(golden.claims.iat * 1000),
  });

test('the golden ticket is signed by the golden key, and says what it says', async () => {
  const { payload, protectedHeader } = await verify(golden.jwt);
  expect(protectedHeader).toEqual(golden.header);
  expect(ticketClaims.parse(payload)).toEqual(golden.claims);
  expect(golden.claims.exp - golden.claims.iat).toBe(ticketSeconds);
});

test('the golden ticket with any one character changed is refused', async () => {
  for (let at = 0; at < golden.jwt.length; at += 7) {
    const other = golden.jwt[at] === 'A' ? 'B' : 'A';
    await expect(verify(`${golden.jwt.slice(0, at)}${other}${golden.jwt.slice(at + 1)}`)).rejects.toThrow();
  }
});

test('the claims of the golden ticket are written as they were read', () => {
  const [, payload = ''] = golden.jwt.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  expect(JSON.stringify(ticketClaims.parse(JSON.parse(text)))).toBe(text);
});

test.each([
  ['no issuer', { iss: undefined }],
  ['an issuer that is no fingerprint', { iss: 'tracker' }],
  ['several audiences', { aud: [golden.claims.aud] }],
  ['content that is no id', { cid: '../etc/passwd' }],
  ['content in upper case', { cid: golden.claims.cid.toUpperCase() }],
  ['no end', { exp: undefined }],
  ['an end that is no number', { exp: '1893459600' }],
  ['an end with a fraction', { exp: 1.5 }],
  ['a time below zero', { iat: -1 }],
  ['nobody to confirm', { cnf: undefined }],
  ['nothing to confirm by', { cnf: {} }],
  ['a confirmation that is inherited', { cnf: JSON.parse('{"__proto__":{"x5t#S256":"x"}}') }],
])('claims with %s are refused, and nothing is thrown', (_, change) => {
  expect(ticketClaims.safeParse({ ...golden.claims, ...change }).success).toBe(false);
});

test('claims that are not known are dropped', () => {
  expect(ticketClaims.parse({ ...golden.claims, admin: true })).toEqual(golden.claims);
});

test("a link's claims are a ticket's without a key, and neither passes for the other", () => {
  const { cnf: _, ...unbound } = golden.claims;
  expect(linkClaims.parse(unbound)).toEqual(unbound);
  expect(linkClaims.parse({ ...unbound, admin: true })).toEqual(unbound);
  expect(linkClaims.safeParse(golden.claims).success).toBe(false);
  expect(ticketClaims.safeParse(unbound).success).toBe(false);
});

test("a link's claims say of plain HTTP that it may be used, or nothing", () => {
  const { cnf: _, ...unbound } = golden.claims;
  expect(linkClaims.parse({ ...unbound, plain: true })).toEqual({ ...unbound, plain: true });
  for (const plain of [false, 1, 'true', null]) expect(linkClaims.safeParse({ ...unbound, plain }).success).toBe(false);
});

test("a counted link's claims are a link's with what they are counted by, and neither passes for the other", () => {
  const { cnf, ...unbound } = golden.claims;
  const counted = { ...unbound, uses: 3, jti: 'AAECAwQFBgcICQoLDA0ODw' };
  expect(countedLinkClaims.parse({ ...counted, admin: true })).toEqual(counted);
  expect(linkClaims.safeParse(counted).success).toBe(false);
  for (const wrong of [
    unbound,
    { ...counted, cnf },
    { ...counted, uses: 0 },
    { ...counted, uses: 1001 },
    { ...counted, uses: 1.5 },
    { ...counted, uses: '3' },
    { ...counted, jti: undefined },
    { ...counted, jti: '' },
    { ...counted, jti: `${counted.jti}w` },
    { ...counted, jti: 'AAECAwQFBgcICQoLDA0OD=' },
  ]) {
    expect(countedLinkClaims.safeParse(wrong).success).toBe(false);
  }
});

test('any claims come out as they went in', () => {
  const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
  const claims = fc.record({
    iss: hex,
    aud: hex,
    cid: hex,
    iat: fc.maxSafeNat(),
    exp: fc.maxSafeNat(),
    cnf: fc.record({ 'x5t#S256': fc.base64String() }),
  });
  fc.assert(
    fc.property(claims, (value) => {
      expect(ticketClaims.parse(value)).toEqual(value);
    }),
  );
});

test('garbage is refused, and nothing is thrown', () => {
  const key = fc.constantFrom('iss', 'aud', 'cid', 'iat', 'exp', 'cnf', '__proto__');
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue())), (value) => {
      expect(ticketClaims.safeParse(value).success).toBe(false);
      expect(linkClaims.safeParse(value).success).toBe(false);
      expect(countedLinkClaims.safeParse(value).success).toBe(false);
    }),
  );
});
