import type { FileHead } from '../format.ts';
import type { Meaning } from '../time/meaning.ts';
import { type StampedLine, actionBody, angleBody, stampedLine } from './line-parts.ts';
import { dayOfHeader } from './log-headers.ts';
import type { LogLine } from './text-log.ts';

/** Lines of IRC clients that are no messages begin so. */
const SIGN =
  /^\s*(?:-!-|\*{3}|-->|<--|=!=|--|-\*-|==|>>>|<<<|-[^\s-]{1,64}-|\*{4}|\[[A-Z][\w ]{2,15}\](?=\t))(?:\s|$)/u;
const BOT =
  /^\s*(?:Nick change: |\S{1,64}: mode change |\S{1,64} \([^)]{0,128}\) (?:joined|left) |Topic changed on |\S{1,64} kicked from )/u;
const DONE =
  /^\s*\*?\s*\S{1,64} (?:[([][^)\]]{0,128}[)\]] )?(?:has (?:joined|left|quit|parted|kicked|changed|set|been)|(?:joined|left|quit|parted) |(?:joins|parts|quits)\b|is now known as|(?:sets?|gives|removes) (?:mode|topic|channel|voice)|was kicked|changes? topic|sets mode)/u;
const OF_CLIENT = /^\s*\*\s+(?:Now talking (?:on|in)|Topic (?:for|is|set by)|Disconnected|Rejoined|Loaded log)\b/u;
const BRACKETS = /^(?:---|\*{4}|Session (?:Start|Time|Close|Ident)|# (?:Log|Start|Stop))/u;

/** A line of an IRC client: a message `<name> text` or `* name text`, a header, a join, a mode. */
export function ircLine(line: string, isOurs: (stamped: StampedLine) => boolean): LogLine | undefined {
  const stamped = stampedLine(line);
  const said = stamped && isOurs(stamped) ? angleBody(stamped.rest) : undefined;
  if (stamped && said)
    return { kind: 'said', time: stamped.time, author: said.author, text: withoutColours(said.text) };
  const event = ircEvent(line, stamped);
  if (event || !stamped || !isOurs(stamped)) return event;
  const action = actionBody(stamped.rest);
  return action && { kind: 'said', time: stamped.time, author: action.author, text: withoutColours(action.text) };
}

/** Bold, colours and the like of IRC: a control character, with numbers behind that of colours. */
const COLOURS =
  // eslint-disable-next-line no-control-regex
  /\u{3}(?:\d{1,2}(?:,\d{1,2})?)?|\u{4}(?:[\dA-Fa-f]{6})?|[\u{2}\u{F}\u{11}\u{16}\u{1D}-\u{1F}]/gu;

function withoutColours(text: string): string {
  return text.replaceAll(COLOURS, '');
}

function ircEvent(line: string, stamped: StampedLine | undefined): LogLine | undefined {
  const day = dayOfHeader(line);
  if (day) return { kind: 'day', day };
  if (BRACKETS.test(line)) return { kind: 'event' };
  if (!stamped) return undefined;
  const { time, rest } = stamped;
  return SIGN.test(rest) || BOT.test(rest) || DONE.test(rest) || OF_CLIENT.test(rest)
    ? { kind: 'event', time }
    : undefined;
}

/** IRC clients write the time of day. Their logs are known by headers, joins and the like. */
export function meaningOfIrc({ lines }: FileHead): Meaning | undefined {
  const isClient = lines.some((line) => ircEvent(line, stampedLine(line)) !== undefined);
  return isClient ? { of: 'day', why: 'the log has joins or headers of an IRC client' } : undefined;
}
