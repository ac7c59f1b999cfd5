import { Agent, request } from 'node:http';
import type { Api } from './api.ts';

const askers = 16;
const warmMs = 500;
const askMs = 3000;

/** Answers a second that several askers get, each on a connection of its own, one question after another. */
export async function perSecond(
  { origin, token }: Api,
  { path, body }: { path: string; body?: string },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: askers });
  let answers = 0;
  let over = false;
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
      const asked = request(
        origin + path,
        { agent, headers, method: body === undefined ? 'GET' : 'POST' },
        (answer) => {
          if (answer.statusCode !== 200) reject(new Error(`${path}: ${answer.statusCode}`));
          answer.resume().once('end', resolve).once('error', reject);
        },
      );
      asked.once('error', reject).end(body);
    });
  const asker = async (): Promise<void> => {
    while (!over) {
      await ask();
      answers += 1;
    }
  };
  const asking = Promise.all(Array.from({ length: askers }, asker));
  await Promise.race([asking, pause(warmMs)]);
  answers = 0;
  const from = performance.now();
  await Promise.race([asking, pause(askMs)]);
  const rate = (1000 * answers) / (performance.now() - from);
  over = true;
  await asking;
  agent.destroy();
  return rate;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
