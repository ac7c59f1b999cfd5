import { describe, expect, it } from 'vitest';
import { address, openAsk } from '../../../../../src/client/interfaces/web/page/calls/ask.ts';
import { openCalls } from '../../../../../src/client/interfaces/web/page/calls/calls.ts';
import { Problem, readProblem } from '../../../../../src/client/interfaces/web/page/calls/problem.ts';
import { codeOf, enter } from '../../../../../src/client/interfaces/web/page/calls/token.ts';

type Request = { url: string; init: RequestInit | undefined };

function answering(status: number, body: string): { fetched: typeof fetch; requests: Request[] } {
  const requests: Request[] = [];
  const fetched: typeof fetch = async (url, init) => {
    requests.push({ url: String(url), init });
    return new Response(status === 204 ? null : body, { status });
  };
  return { fetched, requests };
}

describe('asking the API', () => {
  it('sends the token in a header and names in the address as they are', async () => {
    const { fetched, requests } = answering(204, '');
    await openCalls(openAsk('secret', () => undefined, fetched)).withdraw('a/b ü?#.txt');
    expect(requests[0]?.url).toBe('/api/v1/shares/a%2Fb%20%C3%BC%3F%23.txt');
    expect(new Headers(requests[0]?.init?.headers).get('authorization')).toBe('Bearer secret');
  });

  it('leaves out of the address what is not asked for', () => {
    expect(address('/resources', { pattern: 'a b&c', owner: '', after: undefined, offset: 0 })).toBe(
      '/api/v1/resources?pattern=a%20b%26c&offset=0',
    );
  });

  it('throws what the API says is wrong, field by field', async () => {
    const body = { code: 'name-taken', detail: '"carol" is taken', fields: { user: 'taken' } };
    const { fetched } = answering(409, JSON.stringify(body));
    const calls = openCalls(openAsk('t', () => undefined, fetched));
    const failure = await calls.connect({ server: 'a', user: 'carol' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Problem);
    expect(failure).toMatchObject({ code: 'name-taken', message: '"carol" is taken', fields: { user: 'taken' } });
  });

  it('locks the page where the token is an old one, and there only', async () => {
    let locked = 0;
    const lock = (): void => {
      locked += 1;
    };
    const old = openAsk('t', lock, answering(401, '{"code":"unauthorized","detail":"no"}').fetched);
    await expect(old('/status')).rejects.toThrow('no');
    const refused = openAsk('t', lock, answering(403, '{"code":"refused","detail":"no"}').fetched);
    await expect(refused('/status')).rejects.toThrow('no');
    expect(locked).toBe(1);
  });

  it('says so where nobody answers, and where the answer makes no sense', async () => {
    const away = openAsk(
      't',
      () => undefined,
      () => Promise.reject(new TypeError('failed')),
    );
    await expect(away('/status')).rejects.toMatchObject({ code: 'away' });
    expect(readProblem(502, '<html>').message).toContain('502');
    expect(readProblem(500, '{"detail":5}').code).toBe('fault');
  });

  it('leaves an abort an abort', async () => {
    const signal = AbortSignal.abort('enough');
    const ask = openAsk(
      't',
      () => undefined,
      () => Promise.reject(signal.reason),
    );
    await expect(ask('/users', { signal })).rejects.toBe('enough');
  });
});

describe('the token', () => {
  const places = () => {
    const map = new Map<string, string>();
    return {
      getItem: (key: string) => map.get(key) ?? null,
      setItem: (key: string, value: string) => void map.set(key, value),
      removeItem: (key: string) => void map.delete(key),
    };
  };

  it('comes for the code in the address, which is hidden before anything is asked, and is kept for other tabs', async () => {
    const kept = [places(), places()];
    const steps: string[] = [];
    const ask: typeof fetch = async (url, init) => {
      steps.push(`${String(url)} ${String(init?.body)}`);
      return Response.json({ token: 'fresh' });
    };
    const fragment = '#a-code-of-22-letters_x';
    expect(await enter({ fragment, hideFragment: () => steps.push('hidden'), kept, fetch: ask })).toBe('fresh');
    expect(steps).toEqual(['hidden', '/api/v1/session {"code":"a-code-of-22-letters_x"}']);
    const nobody = answering(500, '');
    const again = { fragment: '#/roll', hideFragment: () => undefined, fetch: nobody.fetched };
    for (const place of kept) expect(await enter({ ...again, kept: [place] })).toBe('fresh');
    expect(nobody.requests).toEqual([]);
  });

  it('is the kept one where the code was used before, and none where none is kept', async () => {
    const kept = [places()];
    const used = {
      fragment: '#a-code-of-22-letters_x',
      hideFragment: () => undefined,
      kept,
      fetch: answering(403, '{}').fetched,
    };
    expect(await enter(used)).toBeUndefined();
    kept[0]?.setItem('rollcall-token', 'kept');
    expect(await enter(used)).toBe('kept');
  });

  it('is not asked for with a place of the page', () => {
    expect(codeOf('#/resources?pattern=abcdefghijklmnopqrst')).toBeUndefined();
    expect(codeOf('')).toBeUndefined();
    expect(codeOf('#short')).toBeUndefined();
  });
});
