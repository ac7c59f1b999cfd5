import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { oplogFileOf } from '../../src/oplog/command.ts';
import { greeting, readyLine } from '../../src/oplog/greeting.ts';

const serving = { host: '127.0.0.1', port: 4045, log: '/var/log/oplog.log' };

it('a program is told one line of JSON', () => {
  expect(readyLine(serving)).toBe('{"event":"ready","host":"127.0.0.1","port":4045,"log":"/var/log/oplog.log"}\n');
});

it('a person is told the port, the file, and who can call', () => {
  expect(greeting(serving, true)).toMatch(/port 4045, TCP and UDP, and rpcbind names it\.\n.*\/var\/log\/oplog\.log/);
  expect(greeting(serving, false)).toMatch(/^Only programs on this machine can call it/m);
  expect(greeting({ ...serving, host: '0.0.0.0' }, false)).toMatch(/^Whoever reaches this port can write lines/m);
});

it("the log is in the user's data folder where no file is named", () => {
  expect(oplogFileOf(undefined)).toMatch(/rollcall.*oplog\.log$/);
  expect(oplogFileOf('x.log')).toBe(resolve('x.log'));
});
