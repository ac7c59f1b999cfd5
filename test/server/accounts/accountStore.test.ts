import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import { openAccounts } from '../../../src/server/accounts/accountStore.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { alice, bob, carol, failure, key } from '../support/brain.ts';

let folder: string;
const clock = new FakeClock();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-accounts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const thrown = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('the accounts', () => {
  it('say that they can be written, and that they cannot once they are closed', async () => {
    const accounts = openAccounts(folder, clock);
    await accounts.claim(alice, key('a'));
    await accounts.check();
    expect((await accounts.holder(alice))?.user).toBe('alice');
    accounts[Symbol.dispose]();
    await expect(accounts.check()).rejects.toThrow();
    using again = openAccounts(folder, clock);
    expect((await again.holder(alice))?.user).toBe('alice');
  });

  it('bind a name to the first key that claims it, over restarts, until it is released', async () => {
    const first = openAccounts(folder, clock);
    expect(await first.claim(alice, key('a'))).toEqual({ user: 'alice', fingerprint: key('a') });
    expect(await first.claim(alice, key('b'))).toEqual({ user: 'alice', fingerprint: key('a') });
    first[Symbol.dispose]();

    using second = openAccounts(folder, clock);
    expect(await second.holder(alice)).toEqual({ user: 'alice', fingerprint: key('a') });
    await second.release(alice);
    expect(await second.holder(alice)).toBeUndefined();
    expect(await second.claim(alice, key('b'))).toEqual({ user: 'alice', fingerprint: key('b') });
  });

  it('take names that read alike for one, in the spelling that came first', async () => {
    using accounts = openAccounts(folder, clock);
    await accounts.claim(userName('Straße'), key('a'));
    expect(await accounts.claim(userName('STRASSE'), key('b'))).toEqual({ user: 'Straße', fingerprint: key('a') });
    await accounts.release(userName('STRASSE'));
    expect(await accounts.holder(userName('Straße'))).toBeUndefined();
  });

  it('keep a name that was given without a key, over restarts, from keys and others alike', async () => {
    const first = openAccounts(folder, clock, { perKey: 1 });
    expect(await first.claim(bob, undefined)).toEqual({ user: 'bob', fingerprint: undefined });
    expect(await first.claim(carol, undefined)).toEqual({ user: 'carol', fingerprint: undefined });
    first[Symbol.dispose]();
    using second = openAccounts(folder, clock);
    expect(await second.claim(bob, key('b'))).toEqual({ user: 'bob', fingerprint: undefined });
  });

  it('bring names along from a database that knew keys alone', async () => {
    const old = new Database(join(folder, 'rollcall.db'));
    old.exec(`create table account (key text primary key, name text not null, fingerprint text not null,
      created integer not null) strict, without rowid;
      create index account_fingerprint on account (fingerprint);
      insert into account values ('alice', 'alice', '${key('a')}', 7);
      pragma user_version = 1;`);
    old.close();
    using accounts = openAccounts(folder, clock);
    expect(await accounts.holder(alice)).toEqual({ user: 'alice', fingerprint: key('a') });
    expect(await accounts.claim(bob, undefined)).toEqual({ user: 'bob', fingerprint: undefined });
  });

  it('tell every name of a key, as it is spelled, and none of another', async () => {
    using accounts = openAccounts(folder, clock);
    const names = [userName('Zoë Ω'), userName('STRASSE')];
    for (const name of names) await accounts.claim(name, key('a'));
    await accounts.claim(bob, key('b'));
    expect(new Set(await accounts.namesOf(key('a')))).toEqual(new Set(names));
    expect(await accounts.namesOf(key('c'))).toEqual([]);
    await accounts.release(bob);
    expect(await accounts.namesOf(key('b'))).toEqual([]);
  });

  it('keep names that are words of the language', async () => {
    using accounts = openAccounts(folder, clock);
    await accounts.claim(userName('__proto__'), key('a'));
    expect(await accounts.holder(userName('__proto__'))).toEqual({ user: '__proto__', fingerprint: key('a') });
    expect(await accounts.holder(userName('constructor'))).toBeUndefined();
  });

  it('refuse a key more names than the limit, which the refusal names', async () => {
    using accounts = openAccounts(folder, clock, { perKey: 2 });
    await accounts.claim(alice, key('a'));
    await accounts.claim(bob, key('a'));
    const { code, message } = await failure(accounts.claim(carol, key('a')));
    expect(code).toBe('limit');
    expect(message).toContain('2 names');
    expect(await accounts.claim(alice, key('a'))).toEqual({ user: 'alice', fingerprint: key('a') });
    await accounts.claim(carol, key('b'));
  });

  it('refuse more names than the limit of all', async () => {
    using accounts = openAccounts(folder, clock, { names: 1 });
    await accounts.claim(alice, key('a'));
    expect((await failure(accounts.claim(bob, key('b')))).code).toBe('limit');
  });
});

describe('a database', () => {
  const file = (): string => join(folder, 'rollcall.db');

  it('that is damaged is refused, said to be so, and not touched', () => {
    writeFileSync(
      file(),
      'this is no database, whatever its name says, and it is long enough to be looked at'.repeat(99),
    );
    const before = readFileSync(file(), 'utf8');
    const error = thrown(() => openAccounts(folder, clock));
    expect(error).toMatchObject({ code: 'fault', message: expect.stringContaining('is damaged') });
    expect(String(error)).toContain(file());
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  it('of a newer version is refused with what to do', () => {
    const database = new Database(file());
    database.pragma('user_version = 999');
    database.close();
    const error = thrown(() => openAccounts(folder, clock));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('newer rollcall') });
  });

  it('in a folder that cannot be made is refused with what to do', () => {
    writeFileSync(join(folder, 'in the way'), '');
    const error = thrown(() => openAccounts(join(folder, 'in the way', 'deeper'), clock));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('--data') });
  });

  it('that another tracker has open is refused, and opens once that has closed', () => {
    const first = openAccounts(folder, clock);
    const error = thrown(() => openAccounts(folder, clock));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('another tracker') });
    first[Symbol.dispose]();
    openAccounts(folder, clock)[Symbol.dispose]();
  });
});
