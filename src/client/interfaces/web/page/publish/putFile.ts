import { address } from '../calls/ask.ts';
import { dropAddress } from '../calls/calls.ts';
import { awayProblem, readProblem } from '../calls/problem.ts';
import type { PutFile } from './sendDrop.ts';

/** By XMLHttpRequest, the only one that tells how much of a body has gone. */
export const putFile =
  (token: string): PutFile =>
  (drop, { path, file }, sent, signal) =>
    new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      const abort = (): void => request.abort();
      signal.addEventListener('abort', abort);
      request.open('PUT', address(dropAddress(drop), { path }));
      request.setRequestHeader('authorization', `Bearer ${token}`);
      request.setRequestHeader('content-type', 'application/octet-stream');
      request.upload.onprogress = ({ loaded }) => sent(loaded);
      request.onload = () => {
        if (request.status >= 200 && request.status < 300) done();
        else failed(readProblem(request.status, request.responseText));
      };
      request.onabort = () => failed(signal.reason);
      request.onerror = () => failed(awayProblem());
      request.onloadend = () => signal.removeEventListener('abort', abort);
      request.send(file);
    });
