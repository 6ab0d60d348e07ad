import { createHash } from 'node:crypto';

/** The ETag of a body. Weak, since the body may still be compressed. */
export function entityTag(body: string): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`;
}
