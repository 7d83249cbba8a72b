import { colonBody, stampedLine } from '../../reading/text/line-parts.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

/**
 * TwitchDownloader's text output (Chat/ChatText.cs): `[h:mm:ss] name: text`, or with `yyyy-MM-dd HH:mm:ss UTC`, also
 * with `.fff`. Its fourth form has no time and cannot be used. Other programs write the same with other times.
 */
export const twitchDownloaderText = textLog({
  name: 'twitchdownloader-text',
  title: 'TwitchDownloader text',
  layout: '[h:mm:ss] name: text',
  parse(line): LogLine | undefined {
    const stamped = stampedLine(line);
    if (!stamped || stamped.bracket === '') return undefined;
    const said = colonBody(stamped.rest);
    return said && { kind: 'said', time: stamped.time, ...said };
  },
});
