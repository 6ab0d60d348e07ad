import { z } from 'zod';
import { AppError, type ErrorCode, errorKinds, toAppError } from '../contract/errors.ts';

const wireSchema = z.object({
  code: z.string().refine((code): code is ErrorCode => Object.hasOwn(errorKinds, code)),
  message: z.string(),
  detail: z.string().optional(),
  hint: z.string(),
});

/** An error on its way from a supervisor to the command that asked. */
export type WireError = z.infer<typeof wireSchema>;

export function toWireError(error: unknown): WireError {
  const { code, message, detail, hint } = toAppError(error);
  return { code, message, hint, ...(detail === undefined ? {} : { detail }) };
}

/** Anything that is not one becomes INTERNAL. */
export function fromWireError(value: unknown): AppError {
  const parsed = wireSchema.safeParse(value);
  if (!parsed.success) return toAppError(new Error(`the supervisor answered ${JSON.stringify(value)}`));
  const { code, message, detail, hint } = parsed.data;
  return new AppError(code, message, { hint, ...(detail === undefined ? {} : { detail }) });
}
