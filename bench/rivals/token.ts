import { SignJWT } from 'jose';

/** A token that a server with the secret `bench` takes. */
export function benchToken(): Promise<string> {
  const claims = { id: 'bench', role: 'viewer' };
  const key = new TextEncoder().encode('bench');
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(key);
}
