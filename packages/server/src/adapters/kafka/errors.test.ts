import { expect, it } from 'vitest';
import { EventLogError } from '../../ports/event-log.ts';
import { hasCode, isPassing, isUnknownTopic, KafkaErrors } from './errors.ts';

const errors = new KafkaErrors({ brokers: ['a:1', 'b:2'], sasl: { username: 'app' } });

/** As the client wraps what the broker says. */
function wrapped(inner: object, message = 'inner'): Error {
  const innermost = Object.assign(new Error(message), inner);
  const middle = Object.assign(new AggregateError([innermost], 'Received response with error'), {
    code: 'PLT_KFK_RESPONSE',
  });
  return new Error('It failed 3 times', { cause: middle });
}

it('finds the code of the broker however deep it lies', () => {
  expect(hasCode(wrapped({ apiId: 'OFFSET_OUT_OF_RANGE' }), 'OFFSET_OUT_OF_RANGE')).toBe(true);
  expect(hasCode(wrapped({ apiId: 'OFFSET_OUT_OF_RANGE' }), 'UNKNOWN_TOPIC_ID')).toBe(false);
  expect(hasCode(undefined, 'x')).toBe(false);
  const circle = new Error('circle');
  circle.cause = circle;
  expect(hasCode(circle, 'x')).toBe(false);
});

it.each([
  [wrapped({ apiId: 'SASL_AUTHENTICATION_FAILED' }), /refused user "app"/],
  [
    wrapped({ apiId: 'TOPIC_AUTHORIZATION_FAILED' }),
    /does not allow that to user "app" \(TOPIC_AUTHORIZATION_FAILED\)/,
  ],
  [wrapped({ code: 'PLT_KFK_UNSUPPORTED_API' }), /is too old/],
  [wrapped({ code: 'CERT_HAS_EXPIRED' }), /not trusted \(CERT_HAS_EXPIRED\)/],
  [wrapped({ apiId: 'NOT_ENOUGH_REPLICAS' }), /does not answer as expected \(NOT_ENOUGH_REPLICAS\)/],
])('says in one sentence what %s means', (error, sentence) => {
  expect(errors.sentence(error)).toMatch(sentence);
  expect(errors.sentence(error)).toContain('Kafka at a:1, b:2');
});

it('tells what refuses data from what is an outage', () => {
  expect(errors.of(wrapped({ apiId: 'MESSAGE_TOO_LARGE' }), 'Appending failed')).toMatchObject({
    code: 'too_large',
    refusesData: true,
  });
  expect(errors.of(wrapped({ apiId: 'UNKNOWN_TOPIC_OR_PARTITION' }), 'Reading failed')).toMatchObject({
    code: 'unknown_topic',
  });
  expect(errors.of(wrapped({ apiId: 'KAFKA_STORAGE_ERROR' }), 'Appending failed')).toMatchObject({
    code: 'unavailable',
    retryable: true,
  });
  const own = new EventLogError('disk_full', 'full');
  expect(errors.of(own, 'Appending failed')).toBe(own);
});

it('waits for what passes, and for nothing else', () => {
  expect(isPassing(wrapped({ code: 'PLT_KFK_NETWORK', canRetry: true }))).toBe(true);
  expect(isPassing(wrapped({ apiId: 'LEADER_NOT_AVAILABLE', canRetry: true }))).toBe(true);
  expect(isPassing(wrapped({ apiId: 'INVALID_PARTITIONS', canRetry: false }))).toBe(false);
  expect(isPassing(wrapped({ apiId: 'SASL_AUTHENTICATION_FAILED' }))).toBe(false);
  // A broker that stops in the middle of the handshake.
  expect(isPassing(new Error('SASL', { cause: wrapped({ code: 'PLT_KFK_NETWORK' }, 'Connection closed') }))).toBe(true);
  expect(isUnknownTopic(new Error('Unknown topic t.'))).toBe(true);
});
