import { stampOf } from '@ovation/formats';
import type { RecordingAnalysis } from '../../modules/recordings/index.ts';
import { renderTable } from '../terminal/table.ts';
import { counted, printable, thousands } from '../terminal/text.ts';

/** What `surge` found in one file, with a line break at its end. */
export function renderRecording(file: string, recording: RecordingAnalysis): string {
  const { firstMs, formatTitle, found, lastMs, messages, moments, momentsPerHour, warnings } = recording;
  const heading = [file, recording.title, recording.streamer].filter((part) => part !== undefined).map(printable);
  const rows = moments.map(({ time, endSeconds, score, reasons }) => [
    time,
    stampOf(endSeconds * 1_000),
    score.toFixed(1),
    thousands(reasons.messages),
    thousands(reasons.authors),
    printable(reasons.reactions.map(({ reaction }) => reaction).join(' ')),
  ]);
  const columns = ['time', 'until', 'score', 'messages', 'authors', 'reactions'];
  const lines = [
    `${formatTitle}: ${counted(messages, 'message')} from ${stampOf(firstMs)} to ${stampOf(lastMs)}`,
    ...warnings.map(printable),
    '',
    `${counted(moments.length, 'moment')}, the best of ${thousands(found)}: at most ${momentsPerHour} an hour`,
    ...(rows.length === 0
      ? []
      : renderTable(columns, rows, ['time', 'until', 'score', 'messages', 'authors']).split('\n')),
  ];
  return `${heading.join(' · ')}\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n`;
}
