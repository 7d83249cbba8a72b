import { type ImportReport, stampOf } from '@ovation/formats';
import { counted, printable, thousands } from '../terminal/text.ts';

/** What an import says about the log, one sentence a line: format, span, clock, and what was left out or is unusual. */
export function reportFacts(report: Readonly<ImportReport>): string[] {
  const live = report.messages - report.recording;
  const span = report.messages === 0 ? '' : ` from ${stampOf(report.firstMs)} to ${stampOf(report.lastMs)}`;
  const length = report.lengthMs === undefined ? '' : ` of ${stampOf(report.lengthMs)}`;
  const first = report.skips[0];
  const facts = [
    `${report.formatTitle}: ${counted(live, 'message')}${span}${length}`,
    report.columns,
    report.clock,
    report.early > 0 && `${counted(report.early, 'message')} before the start`,
    report.repeated > 0 && `${thousands(report.repeated)} left out, because an earlier message has the same id`,
    report.deleted > 0 && `${thousands(report.deleted)} removed by moderators, counted`,
    report.recording > 0 && `left out: ${thousands(report.recording)} typed while watching the recording`,
    report.outOfOrder > 0 && `${thousands(report.outOfOrder)} out of order by up to a minute, kept`,
    first && `skipped: ${thousands(report.skipped)}; the first is ${first.where}: ${first.reason}`,
  ];
  return facts.filter((fact) => typeof fact === 'string').map(printable);
}

/** The log's name, and what it says about the broadcast. */
export function reportHeading(name: string, { title, streamer }: Readonly<ImportReport>): string {
  return [name, title, streamer]
    .filter((part) => part !== undefined)
    .map(printable)
    .join(' · ');
}
