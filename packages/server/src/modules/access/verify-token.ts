import { isStorable } from '@ovation/protocol';
import { jwtVerify } from 'jose';
import { z } from 'zod';

/** What a token names is kept, with idempotency keys and revocations. */
const name = z.string().refine(isStorable);

/** Claims of the classic bearer token (ruling C28). Its examples sign numbers as ids, too. */
const claimsSchema = z.object({
  id: z.union([name.min(1), z.number()]).transform(String),
  role: z.string(),
  streamerId: z.union([name, z.number()]).transform(String).optional(),
  /** the session that the token was made for; `jti` stands in for it */
  sid: name.optional(),
  jti: name.optional(),
  /** end of the token, Unix seconds */
  exp: z.number().optional(),
});

export type Claims = z.infer<typeof claimsSchema>;

/** Longer than any token of ours; keeps hostile text away from the parser. */
const TOKEN_MAX_LENGTH = 4_096;

/** The claims of a valid HS256 token, or undefined: forged, expired, not yet valid, another algorithm, no claims. */
export async function verifyToken(token: string, key: Uint8Array, nowMs: number): Promise<Claims | undefined> {
  if (token.length > TOKEN_MAX_LENGTH) return undefined;
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], currentDate: new Date(nowMs) });
    return claimsSchema.safeParse(payload).data;
  } catch {
    return undefined;
  }
}
