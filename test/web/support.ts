import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { openSite } from '../../src/web/openSite.ts';
import type { Site, SiteOptions } from '../../src/web/site.ts';

/** A page as a build leaves it. */
export async function builtPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(folder, 'assets', 'index-B3xY_z19.js'), 'export {};');
  await writeFile(join(folder, '.hidden'), 'hidden');
  return folder;
}

/** A site on loopback with a page, at a port of its own. */
export async function testSite(more: Partial<SiteOptions> = {}): Promise<Site> {
  const page = more.page ?? (await builtPage());
  return openSite({ host: '127.0.0.1', port: 0, names: [], log: silentLog, routes() {}, ...more, page });
}

export interface Asked {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came.
  json: any;
}

/** Asks as any program can, with any header. */
export function ask({ at }: Pick<Site, 'at'>, { method = 'GET', path, headers = {}, body }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: at.host, port: at.port, method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = /json/.test(answer.headers['content-type'] ?? '');
        const json = isJson ? JSON.parse(text) : undefined;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Gives turns until something is so; bounded. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 8_000;
  while (performance.now() < end && !isSo()) await new Promise((next) => setImmediate(next));
  if (!isSo()) throw new Error(`never: ${what}`);
}
