import { stampedLine } from '../../reading/text/line-parts.ts';
import { dayOfHeader } from '../../reading/text/log-headers.ts';
import { isTwitchNotice, removedByTwitch } from '../../reading/text/twitch-notices.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

/** A display name in another script stands before the login. */
const MESSAGE = /^ (?:#\S{1,64} )?(?:[^\s:]{1,64} )?([A-Za-z0-9_]{1,25}): (.*)$/su;

/** Log of Chatterino (singletons/helper/LoggingChannel.cpp): `[hh:mm:ss] name: text` below `# Start logging at`. */
export const chatterinoLog = textLog({
  name: 'chatterino-log',
  title: 'Chatterino log',
  layout: '[hh:mm:ss] name: text',
  isModerated: true,
  recognise: ({ lines }) =>
    lines.some((line) => line.startsWith('# Start logging at')) && lines.some((line) => parse(line)?.kind === 'said')
      ? 1
      : 0,
  meaning: () => ({ of: 'day', why: 'Chatterino writes them' }),
  parse,
});

function parse(line: string): LogLine | undefined {
  if (line.startsWith('#')) {
    const day = dayOfHeader(line);
    return day ? { kind: 'day', day } : { kind: 'event' };
  }
  const stamped = stampedLine(line);
  if (!stamped) return undefined;
  const { time, rest } = stamped;
  const [, author, text = ''] = MESSAGE.exec(rest) ?? [];
  if (author !== undefined) return { kind: 'said', time, author, text };
  const notice = rest.trim();
  return isTwitchNotice(notice) ? { kind: 'event', time, removed: removedByTwitch(notice) } : undefined;
}
