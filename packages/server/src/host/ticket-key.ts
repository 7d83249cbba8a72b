import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const KEY_BYTES = 32;

/** The key that signs tickets of this installation, made on first use: tickets outlive a restart of the process. */
export async function ticketKey(folder: string): Promise<Uint8Array> {
  const file = path.join(folder, 'ticket.key');
  const known = await readFile(file).catch(() => undefined);
  if (known?.length === KEY_BYTES) return known;
  const key = randomBytes(KEY_BYTES);
  await writeFile(file, key, { mode: 0o600 });
  return key;
}
