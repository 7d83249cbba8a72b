import { describe, expect, it } from 'vitest';
import { isTrustedOrigin } from './origin.ts';

describe('trusted origins', () => {
  it('are this machine, clients that are no pages, and this server where its name is its own', () => {
    expect(isTrustedOrigin(undefined, 'x', true)).toBe(true);
    expect(isTrustedOrigin('http://localhost:3000', 'ovation.example', true)).toBe(true);
    expect(isTrustedOrigin('http://[::1]:3000', undefined, true)).toBe(true);
    expect(isTrustedOrigin('http://192.168.1.7:8080', '192.168.1.7:8080', true)).toBe(true);
    expect(isTrustedOrigin('https://ovation.example', 'ovation.example:8080', false)).toBe(true);
    expect(isTrustedOrigin('https://rebound.example', 'rebound.example:8080', true)).toBe(false);
    expect(isTrustedOrigin('https://localhost.evil.example', 'localhost:8080', true)).toBe(false);
    expect(isTrustedOrigin('null', 'localhost:8080', true)).toBe(false);
    expect(isTrustedOrigin('https://evil.example', 'ovation.example', false)).toBe(false);
  });
});
