import type { Identity } from './identity.ts';

type AccessAnswer =
  /** `streamerId`: the channel that the token names */
  | {
      readonly ok: true;
      readonly userId: string;
      readonly role: string;
      readonly streamerId?: string | undefined;
    }
  | { readonly ok: false; readonly status: 401 | 403; readonly text: string };

/** Whose token it is and what it permits. Every door asks the same rule; the module `access` fills it. */
export interface AccessRule {
  readonly mode: 'open' | 'token';
  /**
   * Whether the bearer of `token` may do `permission` in `channel`: 401 without a token, 403 for one that is not valid
   * or does not permit it (S0-41, S2-36). In mode `open` every caller may do everything (ruling C33).
   */
  check(token: string | undefined, permission: string, channel: string): Promise<AccessAnswer>;
  /** Whether the token is valid now, in either mode. Without a secret none is. */
  verify(token: string): Promise<boolean>;
  /** Whose token it is, in either mode; undefined when it is not valid. Says nothing of revocations. */
  identify(token: string): Promise<TokenOwner | undefined>;
}

export interface TokenOwner extends Identity {
  readonly user: string;
  /** claim `sid`, else `jti` */
  readonly session: string | undefined;
}
