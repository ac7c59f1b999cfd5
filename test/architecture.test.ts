import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findCycle, importsOf, parseImportTable, violations } from './support/importTable.ts';

const table = parseImportTable(readFileSync('ARCHITECTURE.md', 'utf8'));
const sources = new Map(
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => [path, readFileSync(`src/${path}`, 'utf8')] as const),
);

describe('the code', () => {
  it('imports only what the table in ARCHITECTURE.md allows', () => {
    expect(sources.size).toBeGreaterThan(20);
    expect(violations(sources, table)).toEqual([]);
  });

  it('has no import cycle', () => {
    expect(findCycle(sources)).toBeUndefined();
  });
});

describe('the check itself', () => {
  const plant = (path: string, source: string): string[] => violations(new Map([[path, source]]), table);

  it.each([
    ['the tracker reaching into the client', 'server/x.ts', "import { y } from '../client/session/session.ts';"],
    ['the client reaching into the tracker', 'client/x.ts', "import { y } from '../server/server.ts';"],
    ['sharing reaching into downloading', 'client/sharing/x.ts', "import type { Y } from '../download/download.ts';"],
    ['a face reaching past the facade', 'client/interfaces/cli/x.ts', "export * from '../../session/session.ts';"],
    [
      'a face reaching the wire',
      'client/interfaces/cli/x.ts',
      "const y = await import('../../../net/wire/control.ts');",
    ],
    ['base importing something of ours', 'base/x.ts', "import '../net/wire/lines.ts';"],
    ['a codec that is not pure', 'net/wire/x.ts', "import { readFile } from 'node:fs/promises';"],
    ['a socket outside the transport', 'server/x.ts', "import net from 'node:net';"],
    ['a prompt outside the faces', 'client/session/x.ts', "import inquirer from 'inquirer';"],
    ['a file in no room', 'stray/x.ts', "import { y } from '../base/ids.ts';"],
  ])('finds %s', (_, path, source) => {
    expect(plant(path, source)).toHaveLength(1);
  });

  it('lets through what the table allows', () => {
    expect(plant('server/x.ts', "import { y } from '../directory/directory.ts';")).toEqual([]);
    expect(
      plant('client/interfaces/cli/x.ts', "import { y } from '../../app.ts';\nimport chalk from 'chalk';"),
    ).toEqual([]);
  });

  it('sees every form of import, over several lines too, and no comment', () => {
    const source = [
      "import a from 'a';",
      "import type {\n  B,\n} from './b.ts';",
      "export { c } from './c.ts';",
      "const d = await import('./d.ts');",
      "// import e from 'e'",
    ].join('\n');
    expect(importsOf(source)).toEqual(['a', './b.ts', './c.ts', './d.ts']);
  });

  it('finds a planted cycle', () => {
    const files = new Map([
      ['a.ts', "import './b.ts';"],
      ['b.ts', "import './c.ts';"],
      ['c.ts', "import './b.ts';"],
    ]);
    expect(findCycle(files)).toEqual(['b.ts', 'c.ts', 'b.ts']);
  });
});
