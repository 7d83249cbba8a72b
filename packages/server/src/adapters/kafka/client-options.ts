import type { KafkaService } from '../../config/services.ts';

const CLIENT_ID = 'ovation';
/** An answer that takes longer does not come: the broker hangs, and another one may lead by now. */
export const REQUEST_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 2_000;
export const RETRY_DELAY_MS = 150;
/** How long a moved leader may stay unknown. */
const METADATA_MAX_AGE_MS = 2_000;

/** What all clients of the adapter share. */
export function clientOptions({ brokers, sasl, tls }: KafkaService) {
  return {
    clientId: CLIENT_ID,
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    timeout: REQUEST_TIMEOUT_MS,
    retryDelay: RETRY_DELAY_MS,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    ...(sasl && { sasl: { ...sasl } }),
    ...(tls && { tls: tls.ca === undefined ? {} : { ca: tls.ca } }),
  };
}
