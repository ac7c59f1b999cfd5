import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { fieldsText, ofLevel } from '../../../../../src/client/interfaces/web/page/log/entries.ts';
import { operationsOf } from '../../../../../src/client/interfaces/web/page/openapi/document.ts';
import { schemaText } from '../../../../../src/client/interfaces/web/page/openapi/schemaText.ts';
import { qrPath } from '../../../../../src/client/interfaces/web/page/resources/qrPath.ts';
import { actionsOf } from '../../../../../src/client/interfaces/web/page/transfers/actionsOf.ts';
import { ordered } from '../../../../../src/client/interfaces/web/page/transfers/ordered.ts';
import { pieceRuns } from '../../../../../src/client/interfaces/web/page/transfers/pieceRuns.ts';
import { fakeDownloads, fakeEntry } from './fakeContents.ts';

describe('a QR code', () => {
  it('is drawn cell by cell as it was told', () => {
    const rows = encode('http://192.168.1.20:40000/l/abc', { border: 0 }).data.map((row) =>
      row.map((dark) => (dark ? '1' : '0')).join(''),
    );
    const drawn = rows.map((row) => [...row].map(() => '0'));
    for (const [, x, y, length] of qrPath(rows).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
      for (let cell = 0; cell < Number(length); cell += 1) drawn[Number(y)]?.splice(Number(x) + cell, 1, '1');
    }
    expect(drawn.map((row) => row.join(''))).toEqual(rows);
  });
});

describe('the bar of pieces', () => {
  it('draws equal cells as one, empty ones not at all, and only whole ones full', () => {
    expect(pieceRuns([0, 0, 100, 100, 100, 99, 1, 0, 100])).toEqual([
      { at: 2, length: 3, shade: 4 },
      { at: 5, length: 1, shade: 3 },
      { at: 6, length: 1, shade: 1 },
      { at: 8, length: 1, shade: 4 },
    ]);
    expect(pieceRuns([])).toEqual([]);
  });
});

describe('downloads', () => {
  it('stand in the order in which they want attention', () => {
    expect(ordered(fakeDownloads().reverse()).map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it('offer what can be done with them', () => {
    expect(actionsOf('running')).toEqual(['pause', 'cancel']);
    expect(actionsOf('failed')).toContain('retry');
    expect(actionsOf('done')).toEqual(['open', 'forget']);
  });
});

describe('the log', () => {
  it('shows a level and what is graver', () => {
    const entries = [1, 2, 3, 4, 5, 6, 7, 8].map(fakeEntry);
    expect(ofLevel(entries, 'debug')).toBe(entries);
    expect(new Set(ofLevel(entries, 'warn').map(({ level }) => level))).toEqual(new Set(['warn', 'error']));
  });

  it('shows fields in a line of bounded length', () => {
    expect(fieldsText({ peer: 'ada', port: 1, list: [1] })).toBe('peer=ada port=1 list=[1]');
    expect(fieldsText({ text: 'x'.repeat(9000) }).length).toBeLessThan(210);
  });
});

describe('the API document', () => {
  const schemas = {
    Row: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, size: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
    },
    Loop: { type: 'object', properties: { inner: { $ref: '#/components/schemas/Loop' } } },
  };

  it('has its schemas written as types', () => {
    expect(schemaText({ type: 'array', items: { $ref: '#/components/schemas/Row' } }, schemas)).toBe(
      '{\n  name: string\n  size?: integer | null\n}[]',
    );
    expect(schemaText({ enum: ['up', 'down'] }, {})).toBe('"up" | "down"');
    expect(schemaText({}, {})).toBe('anything');
  });

  it('may refer to itself, and to nothing', () => {
    expect(schemaText({ $ref: '#/components/schemas/Loop' }, schemas)).toContain('…');
    expect(schemaText({ $ref: '#/components/schemas/Gone' }, schemas)).toBe('Gone');
  });

  it('has its operations in groups', () => {
    const get = { tags: ['roll'], summary: 'All of it', responses: { 200: { description: 'Done' } } };
    const groups = operationsOf({ openapi: '3.1.0', paths: { '/api/v1/users': { get }, '/api/v1/date': { get: {} } } });
    expect([...groups.keys()]).toEqual(['roll', 'date']);
    expect(groups.get('roll')?.[0]).toMatchObject({ method: 'get', path: '/api/v1/users', summary: 'All of it' });
  });
});
