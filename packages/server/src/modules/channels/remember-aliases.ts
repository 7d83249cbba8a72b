import { ALIAS_TEXT, isEmoteName } from '@ovation/protocol';
import type { UnitOfWork } from '../../ports/database.ts';
import { ALIASES_MAX } from './limits.ts';
import { ChannelProblem } from './problems.ts';
import { lockChannel, selectAliases, upsertAliases } from './store.ts';

export function checkAliases(aliases: ReadonlyMap<string, string>): void {
  for (const [emote, shown] of aliases) {
    if (!isEmoteName(shown)) throw new ChannelProblem('wrong_alias', `${ALIAS_TEXT}; that of ${emote} is another`);
  }
}

/**
 * Stores what is new or different. Beyond the bound the names that fit are kept and the rest is left out.
 * @returns how many were left out
 */
export async function rememberAliases(
  uow: UnitOfWork,
  channel: string,
  aliases: ReadonlyMap<string, string>,
): Promise<number> {
  // The channel's row is the lock under which the names are counted.
  await lockChannel(uow.sql, channel);
  const known = await selectAliases(uow.sql, channel);
  const fresh = [...aliases].filter(([emote]) => !known.has(emote));
  const room = Math.max(0, ALIASES_MAX - known.size);
  const renamed = [...aliases].filter(([emote, shown]) => known.has(emote) && known.get(emote) !== shown);
  const stored = [...renamed, ...fresh.slice(0, room)];
  if (stored.length > 0) await upsertAliases(uow.sql, channel, stored);
  return Math.max(0, fresh.length - room);
}
