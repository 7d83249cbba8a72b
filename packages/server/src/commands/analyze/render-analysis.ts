import { stampOf } from '@ovation/formats';
import { reportFacts, reportHeading } from '../chat-log/report-facts.ts';
import { shownAs } from '../chat-log/shown-as.ts';
import type { ChatLogAnalysis } from './analyze-chat-log.ts';
import { drawAxis, drawSparkline } from '../terminal/sparkline.ts';
import { renderTable } from '../terminal/table.ts';
import { counted, percent, printable, thousands } from '../terminal/text.ts';
import { cutColumns } from '../terminal/width.ts';

const INDENT = '  ';
const COLUMNS_MIN = 20;
const COLUMNS_MAX = 120;

/** The whole answer about one file, with a line break at its end. */
export function renderAnalysis(file: string, analysis: ChatLogAnalysis, terminalColumns: number): string {
  const columns = Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, terminalColumns - 2 * INDENT.length));
  const blocks = [[...reportFacts(analysis.report), ...rule(analysis)], curve(analysis, columns), moments(analysis)]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${INDENT}${line}`.trimEnd()).join('\n'));
  return `${reportHeading(file, analysis.report)}\n${blocks.join('\n\n')}\n`;
}

function rule({ emotes, interval, names, threshold, reactions }: ChatLogAnalysis): string[] {
  const shown = emotes.keys.map((key) => printable(shownAs(key, names))).join(' ');
  return [
    `emotes: ${shown} (${emotes.why})`,
    `rule: over ${percent(threshold)} of a minute's reactions, judged every ${counted(interval, 'reaction')}; ${counted(reactions, 'reaction')} in all`,
  ];
}

function curve({ messagesBySecond, moments: found, report }: ChatLogAnalysis, columns: number): string[] {
  if (messagesBySecond.size === 0) return [];
  // What was said before the start is told apart.
  const fromMs = Math.max(0, report.firstMs);
  const { line, marks, bucketMs, highest } = drawSparkline({
    values: [...messagesBySecond].map(([second, count]) => [second * 1_000, count] as const),
    fromMs,
    toMs: report.lastMs,
    marks: found.map(({ startSeconds }) => startSeconds * 1_000),
    columns,
  });
  const from = stampOf(fromMs);
  const to = stampOf(report.lastMs);
  const legend = `messages in ${bucketMs / 1_000} s, at most ${thousands(highest)}${marks === '' ? '' : '; ▲ moments'}`;
  return [line, ...(marks === '' ? [] : [marks]), drawAxis(from, to, line.length), cutColumns(legend, columns)];
}

function moments({ moments: found, interval, threshold }: ChatLogAnalysis): string[] {
  if (found.length === 0) {
    return [
      `0 moments: no emote rose above ${percent(threshold)} in a minute with at least ${counted(interval, 'reaction')}`,
    ];
  }
  const rows = found.map(({ time, display, count, total, ratio, messages }) => [
    time,
    display,
    `${thousands(count)}/${thousands(total)}`,
    percent(ratio),
    thousands(messages),
  ]);
  const columns = ['time', 'emote', 'count/total', 'ratio', 'messages'];
  const table = renderTable(columns, rows, ['time', 'count/total', 'ratio', 'messages']);
  return [counted(found.length, 'moment'), ...table.split('\n')];
}
