import { dayOfHeader } from '../../reading/text/log-headers.ts';
import { stampedLine } from '../../reading/text/line-parts.ts';
import type { LoggedTime } from '../../reading/time/time-kinds.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

/** Longest name. */
const NAME_MAX = 128;
/** WeeChat writes these in the place of a name. */
const EVENT = /^(?:-->|<--|--|=!=|\*\*\*)$/u;
const RANKS = /^[@+%&~](?=[^\s@+%&~])/u;

/** `date time<TAB>name<TAB>text`, also of WeeChat. A time without a zone is read as UTC; only differences matter. */
export const tsvText = textLog({
  name: 'tsv-text',
  title: 'text log, date time<TAB>name<TAB>text',
  layout: 'YYYY-MM-DD hh:mm:ss,ms<TAB>name<TAB>text',
  parse: tabLine,
  meaning({ lines }) {
    const hasDays = lines.some((line) => headerLine(line) !== undefined);
    return hasDays ? { of: 'day', why: 'the log names its days' } : undefined;
  },
});

function tabLine(line: string): LogLine | undefined {
  const stamped = stampedLine(line);
  if (!stamped) return headerLine(line);
  const { time, rest } = stamped;
  const end = rest.indexOf('\t', 1);
  if (!rest.startsWith('\t') || end === -1 || end > NAME_MAX) return undefined;
  return saidOrEvent(time, rest.slice(1, end).trim(), rest.slice(end + 1));
}

function saidOrEvent(time: LoggedTime, name: string, text: string): LogLine | undefined {
  // Zoom's recordings in the cloud write a colon behind the name.
  if (/^\w/u.test(name)) return { kind: 'said', time, author: name.replace(/:$/u, ''), text };
  if (name === '') return { kind: 'event', time };
  if (EVENT.test(name)) return { kind: 'event', time };
  if (name !== '*') return { kind: 'said', time, author: name.replace(RANKS, ''), text };
  const [, author = '', action = ''] = /^(\S+) ?(.*)$/su.exec(text) ?? [];
  return { kind: 'said', time, author, text: action };
}

function headerLine(line: string): LogLine | undefined {
  const day = dayOfHeader(line);
  return day && { kind: 'day', day };
}
