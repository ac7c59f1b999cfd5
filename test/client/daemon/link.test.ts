import { describe, expect, it } from 'vitest';
import { contentId } from '../../../src/base/ids.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { ContentLink, Found, LinkTerms, WantedResource } from '../../../src/client/contract.ts';
import { phoneLink } from '../../../src/client/daemon/link.ts';
import { choice, owner, unverified } from '../interfaces/fakes.ts';

const name = resourceName('test.txt');
const bob = choice('a', 3, owner('Bob', '10.0.0.4', 4000));
const sally = choice('b', 5, owner('Sally', '10.0.0.5', 4000));

/** A client to whom the tracker names this, and what it is asked. */
function client(found: Partial<Found>) {
  const asked: [WantedResource, LinkTerms | undefined][] = [];
  return {
    asked,
    async located(wanted: WantedResource, link?: LinkTerms): Promise<Found> {
      asked.push([wanted, link]);
      return { choices: [], unverified: [], ...found };
    },
    async phoneLink(of: { id: string }, first: { user: string }): Promise<ContentLink> {
      const url = `https://x/${of.id.slice(0, 1)}`;
      return { url, owner: userName(first.user), expires: 9, uses: 2, plain: false, pin: '' };
    },
  };
}

describe('a link for a phone', () => {
  it('is asked for on its terms, and tells what it is of', async () => {
    const asker = client({ choices: [bob] });
    expect(await phoneLink(asker, { name, seconds: 60, uses: 2, plain: true })).toEqual({
      url: 'https://x/a',
      owner: 'Bob',
      name: bob.owners[0]?.name,
      size: 3,
      expires: 9,
      uses: 2,
    });
    expect(asker.asked).toEqual([[{ name }, { seconds: 60, uses: 2, plain: true }]]);
  });

  it('is of the one that is said, and of none where that is not clear', async () => {
    const both = client({ choices: [bob, sally] });
    const terms = { name, seconds: 60, plain: false };
    expect(await phoneLink(both, { ...terms, from: userName('Sally') })).toMatchObject({ owner: 'Sally', size: 5 });
    expect(await phoneLink(both, { ...terms, id: contentId('a'.repeat(64)) })).toMatchObject({ owner: 'Bob' });
    await expect(phoneLink(both, terms)).rejects.toMatchObject({ code: 'ambiguous' });
    await expect(phoneLink(both, { ...terms, from: userName('Eve') })).rejects.toMatchObject({ code: 'not-found' });
    await expect(phoneLink(both, { seconds: 60, plain: false })).rejects.toMatchObject({ code: 'usage' });
    const old = client({ unverified: [unverified('Carol', '10.0.0.3', 4000)] });
    await expect(phoneLink(old, terms)).rejects.toMatchObject({ code: 'usage' });
  });
});
