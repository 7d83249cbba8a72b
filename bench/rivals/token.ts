import { createHmac } from 'node:crypto';

const HOUR_S = 3_600;

/** A token that a server with the secret `bench` takes. */
export function benchToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { id: 'bench', role: 'viewer', exp: now + HOUR_S },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${createHmac('sha256', 'bench').update(text).digest('base64url')}`;
}
