import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteRate } from '../../../../../src/base/byteRate.ts';
import { checkConnect } from '../../../../../src/client/interfaces/web/page/connect/checkConnect.ts';
import { noTerms, readTerms } from '../../../../../src/client/interfaces/web/page/publish/terms.ts';
import { hashOf, places, readRoute } from '../../../../../src/client/interfaces/web/page/route.ts';
import {
  limitText,
  readSettings,
  typedSettings,
} from '../../../../../src/client/interfaces/web/page/settings/typedSettings.ts';

const settings = {
  limitUp: 5 * 1_048_576,
  limitDown: null,
  uploadSlots: 8,
  maxOwners: 8,
  downloadSlots: 3,
  downloads: '/d',
  shareFolder: '/s',
  peerPort: 0,
};

describe('settings as they are typed', () => {
  it('say limits as one types them, and mean the same when read again', () => {
    expect([limitText(null), limitText(5 * 1_048_576), limitText(512_000), limitText(1536)]).toEqual([
      '',
      '5M',
      '500k',
      '1.5k',
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 2 ** 39 }), (rate) => {
        expect(byteRate(limitText(rate))).toBe(rate);
      }),
    );
  });

  it('change only what differs', () => {
    const typed = { ...typedSettings(settings), limitDown: '1.5M', limitUp: ' ', downloads: ' /other ' };
    expect(readSettings(typed, settings)).toEqual({
      change: { limitDown: 1_572_864, limitUp: null, downloads: '/other' },
    });
    expect(readSettings(typedSettings(settings), settings)).toEqual({ change: {} });
  });

  it('say what is wrong beside each field', () => {
    const typed = { ...typedSettings(settings), limitUp: 'fast', uploadSlots: '-1', maxOwners: '1e3', shareFolder: '' };
    const read = readSettings(typed, settings);
    expect('wrong' in read && Object.keys(read.wrong).sort()).toEqual([
      'limitUp',
      'maxOwners',
      'shareFolder',
      'uploadSlots',
    ]);
  });
});

describe('where to connect to', () => {
  it('is trimmed, and without a port the settings decide', () => {
    expect(checkConnect({ server: ' lab ', user: ' carol ', port: '' })).toEqual({
      to: { server: 'lab', user: 'carol' },
    });
    expect(checkConnect({ server: 'lab', user: 'carol', port: '0' })).toEqual({
      to: { server: 'lab', user: 'carol', peerPort: 0 },
    });
  });

  it.each(['80', '1023', '65536', 'x', '-1', '1e4', '99999'])('is refused with the port %s', (port) => {
    const checked = checkConnect({ server: '', user: '', port });
    expect('wrong' in checked && Object.keys(checked.wrong)).toEqual(['server', 'user', 'peerPort']);
  });
});

describe('for whom something is shared', () => {
  it('is everybody, whatever names were typed before', () => {
    expect(readTerms({ ...noTerms, to: ['ada'], description: ' x ' })).toEqual({ terms: { description: 'x' } });
  });

  it('is each named user once', () => {
    const typed = { ...noTerms, named: true, to: ['ada'], others: 'مريم, ada,, Grace Hopper ' };
    expect(readTerms(typed)).toEqual({ terms: { to: ['ada', 'مريم', 'Grace Hopper'] } });
  });

  it('is never everybody by an oversight', () => {
    expect(readTerms({ ...noTerms, named: true, others: ' , ' })).toHaveProperty('wrong.to');
  });
});

describe('the address of a place', () => {
  it('leads there again, whatever is looked for', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        text,
        text,
        fc.constantFrom('up', 'down'),
        (place, pattern, owner, order) => {
          const route = { place, pattern, owner, sort: 'size', order } as const;
          expect(readRoute(hashOf(place, route))).toEqual(route);
        },
      ),
    );
  });

  it('is short where nothing is looked for, and leads to the resources where it is none of ours', () => {
    expect(hashOf('roll')).toBe('#/roll');
    expect(hashOf('resources', { pattern: '', sort: 'name', order: 'up' })).toBe('#/resources');
    expect(readRoute('#/nowhere?sort=secret&order=sideways')).toEqual({
      place: 'resources',
      pattern: '',
      owner: '',
      sort: 'name',
      order: 'up',
    });
  });
});
