import { z } from 'zod';

/**
 * A whole number of a query, in digits. What JavaScript too takes for a number is refused: nothing, which would be 0, or
 * `0x10`. Give it a `prefault`, which OpenAPI shows: a `default` behind what is transformed it leaves out.
 */
export function wholeNumber({ min, max }: { readonly min: number; readonly max: number }) {
  return z.preprocess(
    (text) => (typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : text),
    z.number().int().min(min).max(max),
  );
}
