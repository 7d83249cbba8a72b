import { stampedLine } from '../../reading/text/line-parts.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

const BODY = /^\s+From\s+(.{1,128}?)(?:\s+to\s+.{1,200}?)?\s*:(?:\s(.*))?$/su;

/**
 * Saved chat of Zoom: `00:58:04 From name to Everyone : text`, in newer versions with the text in the lines below. Older
 * versions write the time since the recording began, newer ones the time of day.
 */
export const zoomChat = textLog({
  name: 'zoom-chat',
  title: 'Zoom chat',
  layout: 'hh:mm:ss From name to Everyone: text',
  isContinued: true,
  parse(line): LogLine | undefined {
    const stamped = stampedLine(line);
    const [, author, text = ''] = BODY.exec(stamped?.rest ?? '') ?? [];
    return stamped && author !== undefined ? { kind: 'said', time: stamped.time, author, text } : undefined;
  },
});
