import { describe, expect, it } from 'vitest';
import { reasonOf, refusalOf } from './failures.ts';

describe('what Redis and the client say', () => {
  it.each([
    ['WRONGPASS invalid username-password pair or user is disabled.', 'user name and password'],
    ['NOAUTH Authentication required.', 'asks for a password'],
    ["NOPERM this user has no permissions to run the 'set' command", 'does not allow this user'],
    ['ERR DB index is out of range', 'database of this number'],
    ["ERR unknown command 'ssubscribe', with args beginning with: 'a'", 'too old'],
    ['ERR This instance has cluster support disabled', 'not a cluster'],
    ['self-signed certificate in certificate chain', 'not trusted'],
  ])('%j is a refusal with a sentence', (words, sentence) => {
    expect(refusalOf(new Error(words))).toContain(sentence);
  });

  it('is found behind other errors', () => {
    const behind = Object.assign(new Error('Failed to refresh slots cache.'), {
      lastNodeError: new Error('NOAUTH Authentication required.'),
    });
    expect(refusalOf(behind)).toContain('asks for a password');
    expect(refusalOf(new Error('outer', { cause: new Error('WRONGPASS x') }))).toContain('password');
  });

  it.each([
    'connect ECONNREFUSED 127.0.0.1:1',
    'Connection is closed.',
    'LOADING Redis is loading the dataset in memory',
  ])('%j is an outage', (words) => {
    expect(refusalOf(new Error(words))).toBeUndefined();
    expect(reasonOf(new Error(words))).toBe(words);
  });
});
