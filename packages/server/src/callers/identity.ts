/** What the token or the ticket of a connection or a caller says about it. */
export interface Identity {
  /** claim `id` of the token */
  readonly user?: string | undefined;
  /** claim `sid` or `jti` of the token */
  readonly session?: string | undefined;
  /** the connection that was given the first ticket of this chain */
  readonly ticket?: string | undefined;
}
