import { stampedLine } from '../../reading/text/line-parts.ts';
import { isTwitchNotice, removedByTwitch } from '../../reading/text/twitch-notices.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

const CHANNEL = /^ #\S{1,64} (.*)$/su;
const MESSAGE = /^([^\s:]{1,64}): ?(.*)$/su;

/** Text of justlog (api/server.go) and its like: `[YYYY-MM-D hh:mm:ss] #channel name: text`, with notices of Twitch. */
export const justlogText = textLog({
  name: 'justlog-text',
  title: 'justlog text',
  layout: '[YYYY-MM-DD hh:mm:ss] #channel name: text',
  isModerated: true,
  parse(line): LogLine | undefined {
    const stamped = stampedLine(line);
    const [, body] = CHANNEL.exec(stamped?.rest ?? '') ?? [];
    if (!stamped || body === undefined) return undefined;
    const { time } = stamped;
    const [, author, text = ''] = MESSAGE.exec(body) ?? [];
    if (author !== undefined) return { kind: 'said', time, author, text };
    return isTwitchNotice(body) ? { kind: 'event', time, removed: removedByTwitch(body) } : undefined;
  },
});
