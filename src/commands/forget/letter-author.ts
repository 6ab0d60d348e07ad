import { z } from 'zod';
import { parseJson } from '../../contract/json-text.ts';

interface Author {
  readonly userId: string;
  readonly username: string | undefined;
}

const letterSchema = z.object({
  user_id: z.union([z.string(), z.number().transform(String)]).optional(),
  username: z.string().optional(),
});

/**
 * Whether a dead letter was written by somebody: by its field `user_id`, or by `username` where it has no id. Text that
 * only speaks of them is another's. A letter may be no JSON, or half of one: then the fields are looked for in its text.
 */
export function isLetterBy(value: Buffer | null, { userId, username }: Author): boolean {
  const letter = fieldsOf(value?.toString() ?? '');
  if (letter.user_id !== undefined) return letter.user_id === userId;
  return username !== undefined && letter.username?.toLowerCase() === username.toLowerCase();
}

function fieldsOf(text: string): z.infer<typeof letterSchema> {
  const letter = letterSchema.safeParse(parseJson(text));
  if (letter.success) return letter.data;
  return {
    user_id: /"user_id"\s*:\s*"?([^",}\s]+)/.exec(text)?.[1],
    username: /"username"\s*:\s*"([^"]*)"/.exec(text)?.[1],
  };
}
