import type { Removed } from './text-log.ts';

const NAME = String.raw`([^\s:]{1,64})`;
const AUTHOR = new RegExp(String.raw`^${NAME} (?:has been|was) (?:permanently )?(?:timed out|banned)\b`, 'u');
const MESSAGE = new RegExp(String.raw`^A message from ${NAME} was deleted: (.*)$`, 'su');

const NOTICE =
  /^(?:(?:dis)?connected|reconnected|joined|parted|chat has been cleared|.{0,64}(?:has been|was|were) |.{1,64} (?:subscribed|resubscribed|gifted|is gifting|raid|cheered|redeemed|announced|continu|converted|just |is (?:now )?(?:live|paying|offline)|[a-z]+ed\b))/iu;

/** Whether a line without an author is one of the notices that Twitch's own clients write. */
export function isTwitchNotice(line: string): boolean {
  return NOTICE.test(line);
}

/** Whom a notice of moderation names, in the words of Twitch's own clients. */
export function removedByTwitch(notice: string): Removed[] {
  const [, author] = AUTHOR.exec(notice) ?? [];
  if (author !== undefined) return [{ author }];
  const [, of, text] = MESSAGE.exec(notice) ?? [];
  return of === undefined || text === undefined ? [] : [{ author: of, text }];
}
