import type { Identity } from './identity.ts';
import type { PageRequest } from './page-rule.ts';

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
  /** Whose token it is, in either mode; undefined when it is not valid. Without a secret none is. */
  identify(token: string): Promise<TokenOwner | undefined>;
  /**
   * Why the page that asks is refused; undefined when it is not, and always where tokens are needed.
   * @param isChange whether the request can change something, or hold something of the server
   */
  pageRefusal(request: PageRequest, isChange: boolean): string | undefined;
}

export interface TokenOwner {
  readonly identity: Identity & { readonly user: string };
  /** end of the token, ms; undefined when it has none */
  readonly endsAt: number | undefined;
  /** by a revocation that this process knows of */
  readonly isRevoked: boolean;
}
