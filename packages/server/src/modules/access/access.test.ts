import type { Identity } from '../../callers/index.ts';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import pino from 'pino';
import { noteEndlessTokens } from './endless-tokens.ts';
import { createAccess } from './index.ts';

const SECRET = 'a secret for tests';
const NOW = Date.UTC(2026, 0, 1);
const access = createAccess({ mode: 'token', secret: SECRET, clock: { now: () => NOW, wall: () => NOW } });

interface TokenOptions {
  secret?: string;
  algorithm?: string;
  expiresAt?: number;
}

function token(claims: Record<string, unknown>, options: TokenOptions = {}): Promise<string> {
  const { secret = SECRET, algorithm = 'HS256', expiresAt = NOW / 1000 + 60 } = options;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm })
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(secret));
}

const PERMISSIONS = ['read:emotes', 'read:moments', 'update:settings', 'moderate:emotes', 'delete:channels'] as const;
const GRANTED: Record<string, readonly string[]> = {
  viewer: ['read:emotes', 'read:moments'],
  streamer: ['read:emotes', 'read:moments', 'update:settings'],
  moderator: ['read:emotes', 'read:moments', 'update:settings', 'moderate:emotes'],
  admin: PERMISSIONS,
  owner: [],
  constructor: [],
};

describe('roles and permissions (S2-41)', () => {
  for (const [role, granted] of Object.entries(GRANTED)) {
    for (const permission of PERMISSIONS) {
      const isGranted = granted.includes(permission);
      it(`a ${role} ${isGranted ? 'may' : 'may not'} ${permission} in the own channel`, async () => {
        const bearer = await token({ id: 'u1', role, streamerId: 'mine' });
        const answer = await access.check(bearer, permission, 'mine');
        expect(answer).toEqual(
          isGranted
            ? { ok: true, userId: 'u1', role, streamerId: 'mine' }
            : { ok: false, status: 403, text: 'Insufficient permissions' },
        );
      });
    }
  }

  it('a streamer reads everywhere but changes settings only of the own channel', async () => {
    const bearer = await token({ id: 'u1', role: 'streamer', streamerId: 'mine' });
    expect(await access.check(bearer, 'read:moments', 'theirs')).toMatchObject({ ok: true });
    expect(await access.check(bearer, 'update:settings', 'theirs')).toMatchObject({ ok: false, status: 403 });
  });

  it('a streamer without a streamerId owns nothing, moderators and admins need none', async () => {
    const check = async (role: string) => access.check(await token({ id: 1, role }), 'update:settings', 'mine');
    expect(await check('streamer')).toMatchObject({ ok: false, status: 403 });
    expect(await check('moderator')).toEqual({ ok: true, userId: '1', role: 'moderator' });
    expect(await check('admin')).toMatchObject({ ok: true });
  });
});

describe('tokens', () => {
  it('a missing one is 401, one that is not valid is 403 (S0-41)', async () => {
    const good = { id: 'u1', role: 'admin' };
    expect(await access.check(undefined, 'read:moments', 'c')).toEqual({
      ok: false,
      status: 401,
      text: 'Unauthorized',
    });
    expect(await access.check('', 'read:moments', 'c')).toMatchObject({ status: 401 });
    const wrong = [
      'nonsense',
      'a.b.c',
      'x'.repeat(100_000),
      await token(good, { secret: 'another secret' }),
      await token(good, { algorithm: 'HS512' }),
      await token(good, { expiresAt: NOW / 1000 - 1 }),
      await token({ role: 'admin' }),
      await token({ id: 'u1' }),
      new UnsecuredJWT(good).encode(),
    ];
    for (const bearer of wrong) {
      expect(await access.check(bearer, 'read:moments', 'c')).toEqual({
        ok: false,
        status: 403,
        text: 'Invalid or expired token',
      });
      expect(await access.identify(bearer)).toBeUndefined();
    }
    expect(await access.identify(await token(good))).toMatchObject({ isRevoked: false });
  });

  it('that names what no database stores is not valid', async () => {
    for (const claims of [{ id: 'a\0b' }, { id: '\ud800' }, { id: 'a', sid: '\0' }, { id: 'a', streamerId: '\0' }]) {
      const answer = await access.check(await token({ role: 'admin', ...claims }), 'update:settings', 'mine');
      expect(answer).toMatchObject({ ok: false, status: 403 });
    }
  });

  it('open mode permits everything but still knows a bad token when it sees one', async () => {
    const open = createAccess({ mode: 'open', secret: undefined });
    expect(await open.check(undefined, 'update:settings', 'c')).toMatchObject({ ok: true });
    expect(await open.identify(await token({ id: 'u1', role: 'admin' }))).toBeUndefined();
    const withSecret = createAccess({ mode: 'open', secret: SECRET, clock: { now: () => NOW, wall: () => NOW } });
    expect(await withSecret.identify(await token({ id: 'u1', role: 'admin' }))).toMatchObject({ isRevoked: false });
  });

  it('of a revoked user or session is refused like one that is not valid; whose it is can still be said', async () => {
    const isRevoked = ({ user, session }: Identity) => user === 'u1' || session === 's1';
    const strict = createAccess({
      mode: 'token',
      secret: SECRET,
      clock: { now: () => NOW, wall: () => NOW },
      isRevoked,
    });
    const banned = await token({ id: 'u1', role: 'admin' });
    const left = await token({ id: 'u2', role: 'admin', jti: 's1' });
    for (const bearer of [banned, left]) {
      expect(await strict.check(bearer, 'read:moments', 'c')).toMatchObject({ ok: false, status: 403 });
      expect(await strict.identify(bearer)).toMatchObject({ isRevoked: true });
    }
    const other = await token({ id: 'u2', role: 'admin', sid: 's2', jti: 's1' });
    expect(await strict.identify(other)).toMatchObject({ identity: { user: 'u2', session: 's2' }, isRevoked: false });
    expect(await strict.identify(left)).toMatchObject({ identity: { user: 'u2', session: 's1' } });
    expect(await strict.identify('nonsense')).toBeUndefined();
  });

  it('mode token without a secret is refused with a sentence', () => {
    expect(() => createAccess({ mode: 'token', secret: undefined })).toThrow('ACCESS_TOKEN_SECRET');
  });
});

describe('a token without exp', () => {
  it('is taken, as in the classic contract, and each use is told; one with exp is not', async () => {
    let told = 0;
    const noteEndless = () => void (told += 1);
    const counting = createAccess({ mode: 'token', secret: SECRET, noteEndless });
    const endless = await new SignJWT({ id: 'u1', role: 'admin' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(SECRET));
    expect((await counting.check(endless, 'update:settings', 'mine')).ok).toBe(true);
    expect(await counting.identify(endless)).toMatchObject({ identity: { user: 'u1' }, endsAt: undefined });
    expect(told).toBe(2);
    const ending = await token({ id: 'u1', role: 'admin' }, { expiresAt: Math.floor(Date.now() / 1000) + 60 });
    expect((await counting.check(ending, 'update:settings', 'mine')).ok).toBe(true);
    expect(told).toBe(2);
  });

  it('is warned of once, and counted', () => {
    const lines: unknown[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(line) });
    const counts: number[] = [];
    const note = noteEndlessTokens({ endlessTokens: { inc: () => void counts.push(1) } }, logger);
    note();
    note();
    expect([counts.length, lines.length]).toEqual([2, 1]);
  });
});
