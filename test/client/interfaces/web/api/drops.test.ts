import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../../src/base/errors.ts';
import { MiB } from '../../../../../src/base/sizes.ts';
import { maxBodyBytes } from '../../../../../src/web/limits.ts';
import { ask, bearer, until } from '../../../../web/support.ts';
import { openScene, type Scene, token } from '../apiScene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const put = (path: string, body: string | Buffer, headers: Record<string, string> = {}, drop = 'drop-1') =>
  ask(scene.site, {
    method: 'PUT',
    path: `/api/v1/drops/${drop}/files?path=${encodeURIComponent(path)}`,
    headers: { ...bearer(token), ...headers },
    body,
  });

describe('a drop', () => {
  it('takes files and shares them', async () => {
    expect((await scene.call('POST', '/drops')).json).toEqual({ drop: 'drop-1' });
    const octets = { 'content-type': 'application/octet-stream' };
    expect((await put('photos/1 é.jpg', 'picture', octets)).status).toBe(204);
    const published = await scene.call('POST', '/drops/drop-1/publish', { description: 'mine', to: ['Bob'] });
    expect(published.json.shares).toMatchObject([{ name: 'dropped.txt' }]);
    expect((await scene.call('DELETE', '/drops/drop-1')).status).toBe(204);
    expect([...scene.daemon.files]).toEqual([['drop-1:photos/1 é.jpg', 'picture']]);
    expect(scene.daemon.calls).toEqual([
      ['open'],
      ['put', 'drop-1', 'photos/1 é.jpg', 7],
      ['publish', 'drop-1', { description: 'mine', to: ['Bob'] }],
      ['discard', 'drop-1'],
    ]);
  });

  it.each([
    { 'content-type': 'application/json' },
    { 'content-type': 'text/plain; charset=utf-8' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'image/png' },
    {},
  ])('takes the bytes as they are with the type %j', async (headers) => {
    expect((await put('a', '{"__proto__": not JSON', headers)).status).toBe(204);
    expect(scene.daemon.files.get('drop-1:a')).toBe('{"__proto__": not JSON');
  });

  it('takes an empty file', async () => {
    expect((await put('a', '')).status).toBe(204);
    expect(scene.daemon.files.get('drop-1:a')).toBe('');
  });

  it('takes a file beyond the limit of all other bodies', async () => {
    const size = 4 * MiB + maxBodyBytes;
    expect((await put('a', Buffer.alloc(size), { 'content-type': 'application/octet-stream' })).status).toBe(204);
    expect(scene.daemon.files.get('drop-1:a')).toBe(`${size} bytes`);
  });

  it('is told of a file whose caller goes away in the middle', async () => {
    const { host, port } = scene.site.at;
    const socket = connect(port, host);
    const head = [
      `PUT /api/v1/drops/drop-1/files?path=a HTTP/1.1`,
      `Host: ${host}:${port}`,
      `Authorization: Bearer ${token}`,
    ];
    socket.write(`${[...head, 'Content-Length: 100'].join('\r\n')}\r\n\r\nhalf`);
    await until(() => scene.daemon.calls.length === 1, 'the file begins');
    socket.destroy();
    await until(() => scene.daemon.files.has('drop-1:a'), 'the file ends');
    expect(scene.daemon.files.get('drop-1:a')).toBe('broken');
  });

  it('answers why a file is not taken while it is still on its way', async () => {
    scene.daemon.refuse = new RollcallError('no-space', '5 MB are missing');
    scene.daemon.refuseAfter = 100_000;
    const { host, port } = scene.site.at;
    const path = '/api/v1/drops/drop-1/files?path=a';
    const status = await new Promise((resolve, reject) => {
      const asked = request({ host, port, path, method: 'PUT', headers: bearer(token), agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on('error', reject);
      for (let at = 0; at < 32; at++) asked.write(Buffer.alloc(MiB));
      asked.end();
    });
    expect(status).toBe(507);
  });

  it('wants a path, and to be there', async () => {
    expect((await put('', 'x')).json).toMatchObject({ code: 'usage', fields: { path: expect.any(String) } });
    expect((await put('a', 'x', {}, 'other')).json).toMatchObject({ code: 'not-found' });
  });
});
