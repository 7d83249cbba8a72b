import { randomBytes } from 'node:crypto';
import type { EngineStatus } from '../../../ports/engine-status.ts';
import { type Finding, fine, problem } from '../../../ports/finding.ts';
import { openRedisEphemeralStore } from '../ephemeral-store.ts';
import { refusalOf } from '../failures.ts';
import type { LinkParts } from '../link.ts';
import { openRedisLiveBus } from '../live-bus.ts';

const TTL_MS = 30_000;
const HEARD_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 50;
const NAME_BYTES = 6;
/** This is no request of a viewer: a busy server may take its time. */
const CALL_LIMIT_MS = 5_000;

/** Writes a key and says something on a channel, both below the prefix, as the server does. */
export async function examineUse(given: LinkParts): Promise<Finding[]> {
  const parts = { ...given, callLimitMs: CALL_LIMIT_MS };
  const name = `doctor:${randomBytes(NAME_BYTES).toString('hex')}`;
  return [await examineKeys(parts, name), await examineChannels(parts, name)];
}

async function examineKeys(parts: LinkParts, name: string): Promise<Finding> {
  const subject = `Redis keys ${parts.service.prefix}*`;
  await using store = await openRedisEphemeralStore(parts);
  try {
    await store.set(name, 'written by ovation doctor', TTL_MS);
    await store.get(name);
    await store.delete(name);
    await store.increment(name, 1, TTL_MS);
    await store.delete(name);
    await store.take(name, { limit: 1, windowMs: TTL_MS }, 1);
    await store.delete(name);
    return fine(subject, 'may be written, read and counted');
  } catch (error) {
    const says = `cannot be used: ${refusalOf(error) ?? reasonIn(store.status())}`;
    return problem(subject, says, `Allow the user ~${parts.service.prefix}* and +@all -@dangerous +info.`);
  }
}

/** Two buses: one hears itself without Redis. */
async function examineChannels(parts: LinkParts, name: string): Promise<Finding> {
  const subject = `Redis channels ${parts.service.prefix}*`;
  await using speaker = await openRedisLiveBus(parts);
  await using listener = await openRedisLiveBus(parts);
  const heard = Promise.withResolvers<boolean>();
  using _subscription = await listener.subscribe(name, () => heard.resolve(true));
  using _limit = parts.clock.after(HEARD_LIMIT_MS, () => heard.resolve(false));
  using _looking = parts.clock.every(LOOK_EVERY_MS, () => {
    if ([speaker, listener].some((bus) => bus.status().state === 'refused')) heard.resolve(false);
  });
  speaker.publish(name, 'said by ovation doctor');
  if (await heard.promise) return fine(subject, 'may be published to and heard');
  const says = `cannot be used: ${reasonIn(listener.status(), speaker.status())}`;
  return problem(subject, says, `Allow the user &${parts.service.prefix}* (channels have rights of their own).`);
}

function reasonIn(...statuses: readonly EngineStatus[]): string {
  for (const status of statuses) if (status.state !== 'up') return status.reason;
  return 'nothing arrived within ten seconds';
}
