import { EventLogError } from '../../ports/event-log.ts';

/** What the client throws, as far as it matters here: it wraps the broker's word two or three times. */
interface ClientError extends Error {
  readonly code?: unknown;
  /** name of a Kafka error */
  readonly apiId?: unknown;
  readonly errors?: unknown;
  /** the client's own judgement */
  readonly canRetry?: unknown;
}

const DEEPEST = 8;

/** The error and all that it wraps, outermost first. */
function* errorsIn(error: unknown, depth = 0): Generator<ClientError> {
  if (!(error instanceof Error) || depth > DEEPEST) return;
  yield error;
  // Errors of the client have such fields; of other errors they are undefined.
  const { errors } = error as ClientError;
  if (Array.isArray(errors)) for (const inner of errors) yield* errorsIn(inner, depth + 1);
  yield* errorsIn(error.cause, depth + 1);
}

/** Whether the error, or one that it wraps, has one of these codes, of Kafka (`apiId`), of the client or of Node. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codeIn(error, codes) !== undefined;
}

function codeIn(error: unknown, codes: readonly string[]): string | undefined {
  for (const { apiId, code } of errorsIn(error)) {
    const found = codes.find((one) => one === apiId || one === code);
    if (found) return found;
  }
  return undefined;
}

const UNKNOWN_TOPIC = ['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID'];
const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
const DISK_FULL = ['KAFKA_STORAGE_ERROR'];
const REFUSED_USER = ['PLT_KFK_AUTHENTICATION', 'SASL_AUTHENTICATION_FAILED'];
const WRONG_MECHANISM = ['UNSUPPORTED_SASL_MECHANISM', 'ILLEGAL_SASL_STATE'];
const NOT_ALLOWED = [
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
];
/** The last one: an answer that is shorter than any broker gives that knows the question. */
const TOO_OLD = ['PLT_KFK_UNSUPPORTED_API', 'UNSUPPORTED_VERSION', 'OUT_OF_BOUNDS', 'PLT_KFK_OUT_OF_BOUNDS'];
const UNTRUSTED = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];
const NO_TLS_THERE = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO'];
const UNKNOWN_HOST = ['ENOTFOUND', 'EAI_AGAIN'];
const UNREACHABLE = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'];

/** Whether the topic is not there, or no longer by the id that was asked for. */
export function isUnknownTopic(error: unknown): boolean {
  if (hasCode(error, ...UNKNOWN_TOPIC)) return true;
  return says(error, 'Unknown topic ');
}

/** The client has no codes for some of what it says. */
function says(error: unknown, beginning: string): boolean {
  for (const { message } of errorsIn(error)) if (message.startsWith(beginning)) return true;
  return false;
}

function isNoTls(error: unknown): boolean {
  return hasCode(error, ...NO_TLS_THERE) || says(error, 'TLS handshake failed');
}

/** Whether another attempt with the same settings would fail in the same way. */
function isFinal(error: unknown): boolean {
  // A broker that stops breaks off, too.
  if (isBrokenOff(error)) return false;
  const codes = [...REFUSED_USER, ...WRONG_MECHANISM, ...NOT_ALLOWED, ...TOO_OLD, ...UNTRUSTED];
  return hasCode(error, ...codes) || isNoTls(error);
}

function isBrokenOff(error: unknown): boolean {
  return says(error, 'Connection closed');
}

const NO_ANSWER = ['PLT_KFK_NETWORK', 'PLT_KFK_TIMEOUT'];

/** Whether the same request may succeed a moment later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof EventLogError) return error.retryable;
  if (isFinal(error) || isUnknownTopic(error)) return false;
  if (hasCode(error, ...NO_ANSWER)) return true;
  for (const { canRetry } of errorsIn(error)) if (canRetry === false) return false;
  return true;
}

/** Turns errors of the client into sentences about these brokers. */
export class KafkaErrors {
  readonly #where: string;
  readonly #user: string;

  constructor(where: { readonly brokers: readonly string[]; readonly sasl?: { readonly username: string } }) {
    this.#where = `Kafka at ${where.brokers.join(', ')}`;
    this.#user = where.sasl ? `user "${where.sasl.username}"` : 'this process, which names no user';
  }

  /** The port's error for what happened while `doing`, such as "Topic "t" could not be read". */
  of(error: unknown, doing: string): EventLogError {
    if (error instanceof EventLogError) return error;
    if (hasCode(error, ...TOO_LARGE)) {
      const sentence = `${doing}: ${this.#where} takes no record of this size; raise max.message.bytes of the topic`;
      return new EventLogError('too_large', sentence, { cause: error });
    }
    if (isUnknownTopic(error))
      return new EventLogError('unknown_topic', `${doing}: the topic is not there`, { cause: error });
    if (hasCode(error, ...DISK_FULL)) {
      const sentence = `${doing}: ${this.#where} could not write to its disk`;
      return new EventLogError('unavailable', sentence, { cause: error });
    }
    const lasts = isFinal(error);
    return new EventLogError('unavailable', `${doing}: ${this.sentence(error)}`, { cause: error, lasts });
  }

  /** One sentence on the reason; without secrets, which the client keeps out of its errors. */
  sentence(error: unknown): string {
    const where = this.#where;
    const has = (codes: readonly string[]) => codeIn(error, codes);
    if (isBrokenOff(error)) return `${where} closed the connection: it stopped, or this port wants TLS or a user`;
    if (has(WRONG_MECHANISM)) return `${where} does not offer the SASL mechanism that is set, or not on this port`;
    if (has(REFUSED_USER))
      return `${where} refused ${this.#user}; user, password and mechanism must be those of the broker`;
    const denied = has(NOT_ALLOWED);
    if (denied) return `${where} does not allow that to ${this.#user} (${denied})`;
    if (has(TOO_OLD))
      return `${where} is too old for this version of Ovation, which needs Kafka 3.9 or newer, or is no Kafka`;
    const untrusted = has(UNTRUSTED);
    if (untrusted) return `the certificate of ${where} is not trusted (${untrusted}); set the authority that signed it`;
    if (isNoTls(error)) return `${where} does not speak TLS on this port`;
    if (has(UNKNOWN_HOST)) return `there is no such host: ${where}`;
    const unreachable = has(UNREACHABLE);
    if (unreachable) return `${where} cannot be reached (${unreachable})`;
    return `${where} does not answer as expected (${innermost(error)})`;
  }
}

function innermost(error: unknown): string {
  let last = String(error);
  for (const { apiId, message } of errorsIn(error)) last = typeof apiId === 'string' ? apiId : message;
  return last;
}
