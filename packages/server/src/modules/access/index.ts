import { CLASSIC_TEXTS } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import { isPermitted } from './permissions.ts';
import { verifyToken, type Claims } from './verify-token.ts';

type AccessAnswer =
  /** `streamerId`: the channel that the token names */
  | { ok: true; userId: string; role: string; streamerId?: string | undefined }
  | { ok: false; status: 401 | 403; text: string };

export interface Access {
  readonly mode: 'open' | 'token';
  /**
   * Whether the bearer of `token` may do `permission` in `channel`: 401 without a token, 403 for one that is not valid
   * or does not permit it (S0-41, S2-36). In mode `open` everybody may do everything (ruling C33).
   */
  check(token: string | undefined, permission: string, channel: string): Promise<AccessAnswer>;
  /** Whether the token is valid now, in either mode. Without a secret none is. */
  verify(token: string): Promise<boolean>;
  /** Whose token it is, in either mode; undefined when it is not valid. Says nothing of revocations. */
  identify(token: string): Promise<TokenOwner | undefined>;
}

interface TokenOwner {
  readonly user: string;
  /** claim `sid`, else `jti` */
  readonly session: string | undefined;
}

export interface AccessParts {
  readonly mode: 'open' | 'token';
  /** ACCESS_TOKEN_SECRET; mode `token` needs one */
  readonly secret: string | undefined;
  /** the wall clock of tokens; the system's when left out */
  readonly clock?: Pick<Clock, 'now'>;
  /** whether the user or the session is revoked; nobody is when left out */
  readonly isRevoked?: (owner: TokenOwner) => boolean;
}

const INVALID_TOKEN = 'Invalid or expired token';

export function createAccess({ mode, secret, clock, isRevoked = () => false }: AccessParts): Access {
  if (mode === 'token' && !secret) {
    throw new Error('Settings need a token, but there is no ACCESS_TOKEN_SECRET to check it with; set one');
  }
  const key = secret ? new TextEncoder().encode(secret) : undefined;
  const claimsOf = async (token: string) => {
    return key ? verifyToken(token, key, clock?.now() ?? Date.now()) : undefined;
  };
  const acceptedOf = async (token: string) => {
    const claims = await claimsOf(token);
    return claims && !isRevoked(ownerOf(claims)) ? claims : undefined;
  };

  return {
    mode,
    async check(token, permission, channel) {
      if (mode === 'open') return { ok: true, userId: 'anyone', role: 'admin' };
      if (!token) return { ok: false, status: 401, text: CLASSIC_TEXTS.unauthorized };
      const claims = await acceptedOf(token);
      if (!claims) return { ok: false, status: 403, text: INVALID_TOKEN };
      const caller = { role: claims.role, streamerId: claims.streamerId };
      if (!isPermitted(caller, permission, channel)) {
        return { ok: false, status: 403, text: CLASSIC_TEXTS.insufficientPermissions };
      }
      return { ok: true, userId: claims.id, ...caller };
    },
    async verify(token) {
      return (await acceptedOf(token)) !== undefined;
    },
    async identify(token) {
      const claims = await claimsOf(token);
      return claims && ownerOf(claims);
    },
  };
}

function ownerOf({ id, sid, jti }: Claims): TokenOwner {
  return { user: id, session: sid ?? jti };
}
