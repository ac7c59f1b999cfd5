/** The API of a running page. */
export interface Api {
  origin: string;
  token: string;
}

/** @throws where the answer is no success */
export async function request({ origin, token }: Api, method: string, path: string, body?: string): Promise<string> {
  const answer = await fetch(origin + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text;
}

export const ask = async <T>(api: Api, method: string, path: string, body?: object): Promise<T> =>
  JSON.parse((await request(api, method, path, body && JSON.stringify(body))) || 'null') as T;
