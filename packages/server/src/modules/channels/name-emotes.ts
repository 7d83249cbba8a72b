import { ChannelProblem } from './problems.ts';

/**
 * Remembers the names that came with a batch. Names beyond the bound are left out: a reaction counts whether or not its
 * emote has a name.
 * @returns the warnings for the sender
 */
export async function nameEmotes(
  channels: { rememberAliases(name: string, aliases: ReadonlyMap<string, string>): Promise<void> },
  channel: string,
  aliases: ReadonlyMap<string, string>,
): Promise<{ field: string; reason: string }[]> {
  try {
    await channels.rememberAliases(channel, aliases);
    return [];
  } catch (error) {
    if (error instanceof ChannelProblem && error.code === 'too_many_aliases') {
      return [{ field: 'reactions', reason: error.message }];
    }
    throw error;
  }
}
