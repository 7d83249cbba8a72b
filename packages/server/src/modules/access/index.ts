import { CLASSIC_TEXTS } from '@ovation/protocol';
import { type AccessRule, type Identity, pageRefusal } from '../../callers/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { isPermitted } from './permissions.ts';
import { verifyToken, type Claims } from './verify-token.ts';

export interface AccessParts {
  readonly mode: 'open' | 'token';
  /** ACCESS_TOKEN_SECRET; mode `token` needs one */
  readonly secret: string | undefined;
  /** the machine's own clock judges tokens, for others have dated them; the system's when left out */
  readonly clock?: Pick<Clock, 'now' | 'wall'>;
  /** told of each token without an end that was taken */
  readonly noteEndless?: () => void;
  /** whether the user or the session is revoked; without it no one is */
  readonly isRevoked?: (identity: Identity) => boolean;
  /** whether the server listens on loopback only; the careful answer when left out */
  readonly hostIsLoopback?: boolean;
  /** of pages that may do what the server's own page may; none when left out */
  readonly origins?: readonly string[];
}

const INVALID_TOKEN = 'Invalid or expired token';

export function createAccess(parts: AccessParts): AccessRule {
  const {
    mode,
    secret,
    clock,
    hostIsLoopback = true,
    origins = [],
    isRevoked = () => false,
    noteEndless = () => {},
  } = parts;
  if (mode === 'token' && !secret) {
    throw new Error('Settings need a token, but there is no ACCESS_TOKEN_SECRET to check it with; set one');
  }
  const key = secret ? new TextEncoder().encode(secret) : undefined;
  const claimsOf = async (token: string) => {
    const claims = key ? await verifyToken(token, key, clock?.wall() ?? Date.now()) : undefined;
    if (claims && claims.exp === undefined) noteEndless();
    return claims;
  };

  // Doors compare ends with the times of this process, which are ahead after a step back.
  const aheadMs = () => (clock ? Math.max(0, clock.now() - clock.wall()) : 0);

  return {
    mode,
    pageRefusal: (request, isChange) =>
      mode === 'open' ? pageRefusal(request, { hostIsLoopback, origins, isChange }) : undefined,
    async check(token, permission, channel) {
      if (mode === 'open') return { ok: true, userId: 'anyone', role: 'admin' };
      if (!token) return { ok: false, status: 401, text: CLASSIC_TEXTS.unauthorized };
      const claims = await claimsOf(token);
      if (!claims || isRevoked(identityOf(claims))) return { ok: false, status: 403, text: INVALID_TOKEN };
      const caller = { role: claims.role, streamerId: claims.streamerId };
      if (!isPermitted(caller, permission, channel)) {
        return { ok: false, status: 403, text: CLASSIC_TEXTS.insufficientPermissions };
      }
      return { ok: true, userId: claims.id, ...caller };
    },
    async identify(token) {
      const claims = await claimsOf(token);
      if (!claims) return undefined;
      const identity = identityOf(claims);
      return { identity, endsAt: claims.exp && claims.exp * 1000 + aheadMs(), isRevoked: isRevoked(identity) };
    },
  };
}

function identityOf({ id, sid, jti }: Claims) {
  return { user: id, session: sid ?? jti };
}
