import type { RecordingAnalysis } from '../../modules/recordings/index.ts';
import { reportFacts, reportHeading } from '../chat-log/report-facts.ts';
import { renderTable } from '../terminal/table.ts';
import { counted, printable, thousands } from '../terminal/text.ts';
import { columnsOf, cutColumns } from '../terminal/width.ts';

const INDENT = '  ';
const SAID_MIN = 20;
const RIGHT = ['time', 'seconds', 'louder', 'messages', 'people'];

type Found = RecordingAnalysis['moments'][number];

/** What `surge` found in one log, with a line break at its end. */
export function renderRecording(file: string, recording: RecordingAnalysis, terminalColumns: number): string {
  const lines = [...reportFacts(recording), '', ...moments(recording, terminalColumns - INDENT.length)];
  return `${reportHeading(file, recording)}\n${lines.map((line) => `${INDENT}${line}`.trimEnd()).join('\n')}\n`;
}

function moments({ found, messages, moments: best, momentsPerHour }: RecordingAnalysis, columns: number): string[] {
  if (messages === 0) return ['0 moments: the log holds no message'];
  if (found === 0) return ['0 moments: the audience was never clearly louder than in the minutes before'];
  const isAll = best.length === found;
  const heading = `${counted(best.length, 'moment')}${isAll ? '' : `, the best of ${thousands(found)}: at most ${momentsPerHour} an hour`}`;
  return [heading, ...tableOf(best, columns)];
}

function tableOf(best: readonly Found[], columns: number): string[] {
  const names = ['time', 'seconds', 'louder', 'messages', 'people', 'kind'];
  const cells = best.map(({ endSeconds, reasons, startSeconds, time }) => [
    time,
    thousands(Math.round(endSeconds - startSeconds)),
    louderOf(reasons.rate),
    thousands(reasons.messages),
    thousands(reasons.authors),
    reasons.kind,
  ]);
  // A raid or a poll makes an audience louder without a moment, so the table says where one may be.
  if (best.some(({ reasons }) => reasons.flags.length > 0)) {
    names.push('perhaps');
    best.forEach(({ reasons }, index) => cells[index]?.push(reasons.flags.join(', ')));
  }
  const width = Math.max(...renderTable(names, cells, RIGHT).split('\n').map(columnsOf));
  const saidColumns = Math.max(SAID_MIN, columns - width - INDENT.length);
  const rows = best.map((found, index) => [...(cells[index] ?? []), cutColumns(saidIn(found), saidColumns)]);
  return renderTable([...names, 'said'], rows, RIGHT).split('\n');
}

/** How many times the messages a second of the minutes before. */
function louderOf({ base, now }: Found['reasons']['rate']): string {
  if (base <= 0) return 'from 0';
  const times = now / base;
  return `${times < 10 ? times.toFixed(1) : Math.round(times)} ×`;
}

/** The reactions with the most weight, then what people typed. */
function saidIn({ reasons: { reactions, samples } }: Found): string {
  const shortest = reactions.map(({ reaction }) => printable(reaction)).join(' ');
  const typed = samples.map(({ text }) => `"${printable(text)}"`);
  return [shortest, ...typed].filter((part) => part !== '').join(' · ');
}
