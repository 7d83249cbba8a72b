/** An error as its domain declares it: code, HTTP status, whether a retry can help, and the sentence. */
export interface ErrorSpec {
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly sentence: string;
}

export function errorSpec(code: string, status: number, sentence: string, retryable = false): ErrorSpec {
  return { code, status, retryable, sentence };
}

/** Errors that any door may answer. Those of a domain stand in its folder. */
export const CORE_ERRORS = {
  validation: errorSpec('validation_failed', 400, 'The request is not valid; see details'),
  malformedJson: errorSpec('malformed_json', 400, 'The body is not valid JSON'),
  unreadableRequest: errorSpec('unreadable_request', 400, 'This is no HTTP request'),
  unauthenticated: errorSpec('unauthenticated', 401, 'This needs a bearer token'),
  forbidden: errorSpec('forbidden', 403, 'Insufficient permissions'),
  notFound: errorSpec('not_found', 404, 'There is nothing at this address'),
  methodNotAllowed: errorSpec('method_not_allowed', 405, 'This address does not take this method'),
  requestTimeout: errorSpec('request_timeout', 408, 'The request took too long to arrive', true),
  conflict: errorSpec('conflict', 409, 'This contradicts the present state'),
  idempotencyConflict: errorSpec('idempotency_conflict', 409, 'This Idempotency-Key was used with another body'),
  inProgress: errorSpec('in_progress', 409, 'The first request with this Idempotency-Key is not done yet', true),
  tooLarge: errorSpec('too_large', 413, 'The body is larger than this address takes'),
  unsupportedMedia: errorSpec('unsupported_media_type', 415, 'The body must be application/json'),
  tooMany: errorSpec('too_many_requests', 429, 'Too many requests', true),
  headersTooLarge: errorSpec('headers_too_large', 431, 'The headers of the request are too large'),
  internal: errorSpec('internal_error', 500, 'Internal server error', true),
  badGateway: errorSpec('bad_gateway', 502, 'A proxy on the way got no answer from the server; try again', true),
  unavailable: errorSpec('unavailable', 503, 'A part that this needs is down; try again', true),
  diskFull: errorSpec('disk_full', 503, 'The disk of the server is full: nothing was stored; reading goes on', true),
  gatewayTimeout: errorSpec(
    'gateway_timeout',
    504,
    'A proxy on the way waited too long for the server; try again',
    true,
  ),
} as const;

/** The envelope of `/api/v1` (ruling C22). Classic routes answer `{error: string}`. */
export interface ErrorEnvelope {
  error: {
    code: string;
    message: string;
    details: { field: string; reason: string }[];
    timestamp: string;
    requestId: string;
  };
}

/** Refusals of the native socket (gateway.md 4): 100-149 fix the request, 150-199 retry after `after` ms. */
export const FRAME_ERRORS = {
  badRequest: 100,
  notAuthenticated: 101,
  noSuchChannel: 102,
  forbidden: 103,
  unknownOp: 104,
  tooLarge: 106,
  channelLimit: 107,
  tokenExpired: 109,
  internal: 150,
  tooManyRequests: 151,
  unavailable: 154,
} as const;

/** Close codes: 1012 and 4000-4099 come back, 4100-4199 do not. */
export const CLOSE = {
  restart: 1012,
  unauthorized: 1008,
  slow: 4008,
  noPong: 4009,
  flooding: 4013,
  badToken: 4100,
  protocolError: 4101,
  helloMissing: 4102,
  tokenExpired: 4103,
  banned: 4105,
} as const;
