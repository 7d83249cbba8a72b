import { colonBody, stampedLine } from '../../reading/text/line-parts.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

/**
 * Chat that a messenger exported: `[25.12.23, 18:03:11] name: text` of WhatsApp on iOS, `12/03/24, 21:04 - name: text` on
 * Android, `2024년 5월 1일 오후 6:00, name : text` of KakaoTalk, and the text of Element. A message may have several lines; a line with a time and no name is a notice of the messenger.
 */
export const messengerText = textLog({
  name: 'messenger-text',
  title: 'messenger export, date, time - name: text',
  layout: '[date, time] name: text',
  isContinued: true,
  parse(line): LogLine | undefined {
    const stamped = stampedLine(line);
    if (!stamped || (stamped.time.kind !== 'wall' && stamped.time.kind !== 'numeric')) return undefined;
    const { time, bracket, rest } = stamped;
    const gap = bracket === '' ? GAP.exec(rest)?.[0] : ' ';
    if (gap === undefined || !rest.startsWith(gap) || !isLocal(line, gap)) return undefined;
    const said = colonBody(rest.slice(gap.length).replace(/^[\u{200E}\u{200F}]+/u, ''));
    return said ? { kind: 'said', time, ...said } : { kind: 'event', time };
  },
});

/** KakaoTalk has a comma. */
const GAP = /^(?: - |, |$)/u;
/** The date as the phone writes it, with a comma before the time. */
const WITH_COMMA = /^\W{0,4}[\d./-]{6,10}\.?[,،]/u;
/** On Android some languages have no comma. No time has seconds there. */
const WITHOUT_SECONDS = /^[^:]{6,24}\d:\d{2}(?![:\d])/u;
const KAKAO = /^\d{4}년 /u;

function isLocal(line: string, gap: string): boolean {
  if (KAKAO.test(line)) return true;
  if (gap === ' ' || gap === ' - ') return WITH_COMMA.test(line) || (gap === ' - ' && WITHOUT_SECONDS.test(line));
  return false;
}
