import { describe, expect, it } from 'vitest';
import { type ErrorCode, exitStatuses, RollcallError } from '../../src/base/errors.ts';
import { asProblem } from '../../src/web/asProblem.ts';
import { FieldError } from '../../src/web/problem.ts';

describe('a problem', () => {
  it.each(Object.keys(exitStatuses) as ErrorCode[])('tells %s with a status of HTTP and its exit status', (code) => {
    const told = asProblem(new RollcallError(code, 'what, and what to do'));
    expect(told).toMatchObject({ type: 'about:blank', code, exit: exitStatuses[code], detail: 'what, and what to do' });
    expect(told.status).toBeGreaterThanOrEqual(400);
    expect(told.status).toBeLessThan(600);
    expect(told.title).not.toBe('');
  });

  it('names the fields that a failure comes from', () => {
    const told = asProblem(new FieldError('name-taken', 'taken', { user: 'taken' }));
    expect(told).toMatchObject({ status: 409, code: 'name-taken', fields: { user: 'taken' } });
  });

  it('says nothing of what is inside where the failure is no failure on purpose', () => {
    for (const error of [
      new TypeError('/home/carol/secret'),
      'text',
      undefined,
      Object.assign(new Error('x'), { statusCode: 500 }),
    ]) {
      expect(asProblem(error)).toMatchObject({ status: 500, code: 'fault' });
      expect(JSON.stringify(asProblem(error))).not.toMatch(/secret|"x"/);
    }
  });

  it('says what is wrong with each field of a request, the first thing of several', () => {
    const wrong = (instancePath: string, message: string) => ({
      instancePath,
      message,
      keyword: '',
      schemaPath: '',
      params: {},
    });
    const validation = [wrong('/to/3', 'too long'), wrong('/to/3', 'no name'), wrong('/', 'say a name')];
    const told = asProblem(Object.assign(new Error('invalid'), { statusCode: 400, validation }));
    expect(told).toMatchObject({ status: 400, code: 'usage', detail: 'to.3: too long; say a name' });
    expect({ ...told.fields }).toEqual({ 'to.3': 'too long', '': 'say a name' });
  });

  it('has no field that a name of Object could be taken for', () => {
    const validation = [{ instancePath: '/__proto__', message: 'wrong', keyword: '', schemaPath: '', params: {} }];
    const told = asProblem(Object.assign(new Error('invalid'), { statusCode: 400, validation }));
    expect(JSON.parse(JSON.stringify(told)).detail).toBe('__proto__: wrong');
  });
});
