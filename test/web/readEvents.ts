import { request } from 'node:http';
import type { Site } from '../../src/web/site.ts';

export interface ReadEvent {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came.
  data: any;
}

/** Reads an event stream as it comes. */
export async function readEvents(
  { at }: Site,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; events: ReadEvent[]; close(): void }> {
  const events: ReadEvent[] = [];
  let rest = '';
  const take = (chunk: Buffer): void => {
    const parts = (rest + chunk.toString()).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const found = /^event: (?<event>.*)\ndata: (?<data>.*)$/m.exec(part)?.groups;
      if (found !== undefined) events.push({ event: found['event'] ?? '', data: JSON.parse(found['data'] ?? '') });
    }
  };
  return new Promise((resolve, reject) => {
    const asked = request({ host: at.host, port: at.port, path, headers, agent: false }, (answer) => {
      answer.on('data', take);
      answer.on('error', () => {});
      resolve({ status: answer.statusCode ?? 0, events, close: () => answer.destroy() });
    });
    asked.on('error', reject);
    asked.end();
  });
}
