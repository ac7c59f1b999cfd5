import { z } from 'zod';
import { RollcallError } from '../../base/errors.ts';

/** A schema whose values one of our own parsers makes, so that they carry its brand. */
export function parsed<Input, Output>(input: z.ZodType<Input>, parse: (value: Input) => Output): z.ZodType<Output> {
  return input.transform((value, context) => {
    try {
      return parse(value);
    } catch (error) {
      const message = error instanceof RollcallError ? error.message : 'not valid';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });
}
