import { colonBody, stampedLine } from '../../reading/text/line-parts.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

/**
 * Chat that a messenger exported: `[25.12.23, 18:03:11] name: text` of WhatsApp on iOS, `12/03/24, 21:04 - name: text` on
 * Android. A message may have several lines; a line with a time and no name is a notice of the messenger.
 */
export const messengerText = textLog({
  name: 'messenger-text',
  title: 'messenger export, date, time - name: text',
  layout: '[date, time] name: text',
  isContinued: true,
  parse(line): LogLine | undefined {
    const stamped = stampedLine(line);
    if (!stamped || !isLocalDate(stamped.time.kind, line)) return undefined;
    const { time, bracket, rest } = stamped;
    const gap = bracket === '' ? ' - ' : ' ';
    if (!rest.startsWith(gap)) return undefined;
    const said = colonBody(rest.slice(gap.length).replace(/^[\u{200E}\u{200F}]+/u, ''));
    return said ? { kind: 'said', time, ...said } : { kind: 'event', time };
  },
});

/** Messengers write the date as the phone does, with a comma before the time. */
function isLocalDate(kind: string, line: string): boolean {
  return (kind === 'wall' || kind === 'numeric') && /^\W{0,4}[\d./-]{6,10}\.?,/u.test(line);
}
