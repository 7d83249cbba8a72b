import { findTime } from '../time/logged-time.ts';
import type { DayStart } from '../time/log-clock.ts';

const CLOCK = /\d{1,2}:\d{2}(?::\d{2})?/u;
const HEADER =
  /(?:Log opened|Day changed(?: to)?|BEGIN LOGGING AT|Session (?:Start|Time):|Start logging at|Log started:|^\[\d{2}:\d{2}(?::\d{2})?\] ---|Conversation with .{1,80}? at) ?(.{6,80})/u;

/** `2024/05/01(Wed)` and `2024.05.01 Wednesday` of LINE, `--------------- 2024년 5월 1일 수요일 ---------------` of KakaoTalk */
const DAY_ALONE =
  /^(?:-{10,20} )?(\d{4}(?:[./-]\d{1,2}[./-]\d{1,2}|년 \d{1,2}월 \d{1,2}일|年\d{1,2}月\d{1,2}日))(?:\(.{1,4}\)| \p{L}{2,9})(?: -{10,20})?$/u;

/** The day that the header of a log names: of irssi, HexChat, mIRC, eggdrop, Pidgin, Chatterino Chatty, LINE and KakaoTalk. */
export function dayOfHeader(line: string): DayStart | undefined {
  const date = HEADER.exec(line) ?? DAY_ALONE.exec(line);
  return date ? dayOf((date[1] ?? '').trim()) : undefined;
}

function dayOf(trimmed: string): DayStart | undefined {
  const atMidnight = CLOCK.test(trimmed) ? trimmed.replace(CLOCK, '00:00:00') : `${trimmed} 00:00:00`;
  const midnight = findTime(atMidnight)?.time;
  if (midnight?.kind !== 'wall' || !midnight.hasYear) return undefined;
  const full = findTime(trimmed)?.time;
  return { midnight: midnight.at, at: full?.kind === 'wall' ? full.at : midnight.at };
}
