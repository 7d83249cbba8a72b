import { actionBody, angleBody, stampedLine } from '../../reading/text/line-parts.ts';
import { dayOfHeader } from '../../reading/text/log-headers.ts';
import { type LogLine, type Removed, textLog } from '../../reading/text/text-log.ts';

/**
 * Chat log of Chatty (util/chatlog/ChatLog.java): lines with the time of day, mostly without a date, and many lines that
 * are no messages. The form of the time is a setting.
 */
export const chattyLog = textLog({
  name: 'chatty-log',
  title: 'Chatty log',
  layout: '[hh:mm:ss] <name> text',
  isModerated: true,
  recognise: ({ lines }) => (lines.some(isStart) && lines.some((line) => stampedLine(line) !== undefined) ? 1 : 0),
  meaning: () => ({ of: 'day', why: 'Chatty writes them' }),
  parse: chattyLine,
});

/** Titles, keywords in capitals, and what the program says of itself. */
const EVENT = /^(?:~|-|\*|\[|[A-Z][A-Z/_ -]{1,40}\b|[A-Z][a-z'-]{1,20}(?: |\.|:))/u;

const isStart = (line: string) => line.startsWith('# Log started');

function chattyLine(line: string): LogLine | undefined {
  if (line.startsWith('#')) {
    const day = dayOfHeader(line);
    return day ? { kind: 'day', day } : { kind: 'event' };
  }
  // Chatty writes a dash between two sessions.
  if (line === '-') return { kind: 'event' };
  const stamped = stampedLine(line);
  if (!stamped) return undefined;
  const { time, rest } = stamped;
  const said = angleBody(rest) ?? actionBody(rest);
  if (said) return { kind: 'said', time, ...said };
  const event = rest.trimStart();
  return EVENT.test(event) ? { kind: 'event', time, removed: removedBy(event) } : undefined;
}

/** `BAN: name (600s), other`, `DELETED: name (text)` */
function removedBy(event: string): Removed[] {
  if (event.startsWith('BAN: ')) {
    const names = event.slice('BAN: '.length).split(',');
    return names.map((name) => ({ author: name.trim().split(' ', 1)[0] ?? '' }));
  }
  const [, author, text] = /^DELETED: (\S{1,64}) \((.*)\)$/su.exec(event) ?? [];
  return author === undefined || text === undefined ? [] : [{ author, text }];
}
