import type { Logger } from '../../telemetry/logger.ts';

/**
 * Tokens without `exp` are taken: the classic contract signs such ones (ruling C28). Only a revocation or another secret ends
 * them, so their owner is told, once per process, and each use is counted.
 */
export function noteEndlessTokens(
  { endlessTokens }: { readonly endlessTokens: { inc(): void } },
  logger: Logger,
): () => void {
  let isTold = false;
  return () => {
    endlessTokens.inc();
    if (isTold) return;
    isTold = true;
    logger.warn(
      'An access token without exp was used: it is good until it is revoked or ACCESS_TOKEN_SECRET is changed',
    );
  };
}
