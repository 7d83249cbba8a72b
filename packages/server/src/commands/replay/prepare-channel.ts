import { emoteDisplay, emoteKey } from '@ovation/protocol';
import { mostUsed, shareOf, topEmotes } from '../chat-log/choose-emotes.ts';
import { shownAs } from '../chat-log/shown-as.ts';
import type { PlayableLog } from './playable-log.ts';
import type { ReplayOrder } from './replay-options.ts';
import type { OvationServer } from './ovation-server.ts';
import { percent, printable } from '../terminal/text.ts';

/**
 * Creates the channel. When its settings were never changed, it is set to count the most used emotes of the chat log: the
 * classic eight hardly occur in one, and the page would stay empty.
 * @returns sentences for people
 * @throws CommandError
 */
export async function prepareChannel(
  server: OvationServer,
  order: ReplayOrder,
  chatLog: PlayableLog,
  signal: AbortSignal,
): Promise<string[]> {
  const channel = `/channels/${encodeURIComponent(order.channel)}`;
  await server.call({ method: 'POST', path: '/channels', body: { name: order.channel }, signal });
  const { customized, allowedEmotes } = readSettings(
    await server.call({ method: 'GET', path: `${channel}/settings`, signal }),
  );
  if (order.keepSettings || customized) {
    const why = order.keepSettings ? 'as asked' : 'because they were changed before';
    return [`The settings of the channel stay as they are, ${why}; ${coverage(chatLog, allowedEmotes)}.`];
  }
  if (chatLog.counts.size === 0) {
    return [
      'The log names no emotes, so the channel counts none of it; text logs do not say which words are emotes, but --emotes-file can.',
    ];
  }
  const top = topEmotes(chatLog.counts);
  const body = { allowedEmotes: top.map((key) => (key.startsWith('unicode:') ? emoteDisplay(key) : key)) };
  await server.call({ method: 'PUT', path: `${channel}/settings`, body, signal });
  const shown = top.map((key) => printable(shownAs(key, chatLog.names))).join(' ');
  return [
    `The channel now counts ${mostUsed(top.length)} ${top.length === 1 ? 'emote' : 'emotes'} of this log: ${shown}`,
  ];
}

/** How much of the chat log the channel will count. */
function coverage({ counts }: PlayableLog, allowedEmotes: readonly string[]): string {
  if (counts.size === 0) return 'this log names no emotes';
  const allowed = allowedEmotes.map(emoteKey).filter((key) => key !== undefined);
  return `they count ${percent(shareOf(allowed, counts))} of this log's reactions`;
}

function readSettings(body: unknown): { customized: boolean; allowedEmotes: string[] } {
  // The server's own answer. `customized` and not the version is read: broadcasts raise the version too.
  const { customized, allowedEmotes } = (body ?? {}) as { customized?: unknown; allowedEmotes?: unknown };
  return {
    customized: customized === true,
    allowedEmotes: Array.isArray(allowedEmotes) ? allowedEmotes.filter((emote) => typeof emote === 'string') : [],
  };
}
