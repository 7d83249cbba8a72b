import type { FileHead } from '../../reading/format.ts';
import { colonBody, stampedLine } from '../../reading/text/line-parts.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';
import type { Meaning } from '../../reading/time/meaning.ts';

/** Text of chat-downloader: `1:20 | (badges) *money* name: text`, live with `YYYY-MM-DD hh:mm:ss |` or `06:03 PM |`. */
export const chatDownloaderText = textLog({
  name: 'chat-downloader-text',
  title: 'chat-downloader text',
  layout: 'h:mm:ss | name: text',
  parse: pipeLine,
  meaning,
});

function pipeLine(line: string): LogLine | undefined {
  const stamped = stampedLine(line);
  if (!stamped || stamped.bracket !== '' || !stamped.rest.startsWith(' | ')) return undefined;
  const said = colonBody(stamped.rest.slice(' | '.length));
  return said && { kind: 'said', time: stamped.time, ...said };
}

/** The tool writes two fields only below one hour of stream time. */
function meaning({ lines }: FileHead): Meaning | undefined {
  const times = lines.map((line) => pipeLine(line)).filter((line) => line?.kind === 'said');
  const isShort = times.some(({ time }) => time.kind === 'clock' && time.fields === 2);
  return isShort ? { of: 'stream', why: 'chat-downloader writes m:ss' } : undefined;
}
