/**
 * Pictures for docs/detection.md from the labelled chats: three hits and three misses of the default list. Rates only;
 * no messages and no names.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FoundMoment } from '@ovation/moments';
import { labelledFolder, readSeconds, surgeOver, type VideoSeconds } from './labelled-seconds.ts';

const OUT = path.resolve(import.meta.dirname, '../docs/pictures');
const AROUND_S = 180;
const SOURCES = ['lirik2019', 'godtone2016', 'worlds2016', 'rwc2019'];

interface Range {
  readonly start: number;
  readonly end: number;
}

const folder = labelledFolder(process.argv[2]);
if (folder !== undefined) {
  const videos = await readSeconds(folder, (source) => SOURCES.includes(source));
  mkdirSync(OUT, { recursive: true });
  const hits: [VideoSeconds, FoundMoment, Range][] = [];
  const missedLabels: [VideoSeconds, Range][] = [];
  const falseAlarms: [VideoSeconds, FoundMoment][] = [];
  for (const each of videos) {
    const moments = surgeOver(each.seconds, { mode: 'afterwards' }).toSorted((a, b) => b.score - a.score);
    const labels = each.video.highlights ?? [];
    const [best] = moments;
    const label = best && labels.find((one) => touches(one, best));
    if (best && label) hits.push([each, best, label]);
    const lost = labels.find((one) => !moments.some((moment) => touches(one, moment)));
    if (lost) missedLabels.push([each, lost]);
    const alarm = moments.find((moment) => !labels.some((one) => touches(one, moment)));
    if (alarm) falseAlarms.push([each, alarm]);
  }
  const bySource = (one: [VideoSeconds, ...unknown[]], other: [VideoSeconds, ...unknown[]]) =>
    SOURCES.indexOf(one[0].source.source) - SOURCES.indexOf(other[0].source.source);
  for (const [index, [each, moment]] of firstOfSources(hits.toSorted(bySource)).slice(0, 3).entries()) {
    draw(`hit-${index + 1}`, each, moment.peak);
  }
  const missed = [
    ...firstOfSources(missedLabels.toSorted(bySource)).map(([each, { start }]) => [each, start] as const),
    ...firstOfSources(falseAlarms.toSorted(bySource)).map(([each, { peak }]) => [each, peak] as const),
  ];
  for (const [index, [each, at]] of missed.slice(0, 3).entries()) draw(`miss-${index + 1}`, each, at);
}

function touches(one: Range, other: Range): boolean {
  return other.end >= one.start - 15 && other.start <= one.end + 15;
}

function firstOfSources<Entry extends readonly [VideoSeconds, ...unknown[]]>(entries: readonly Entry[]): Entry[] {
  const seen = new Set<string>();
  return entries.filter(([{ source }]) => !seen.has(source.source) && seen.add(source.source));
}

function draw(name: string, { video, seconds }: VideoSeconds, at: number): void {
  const from = Math.max(0, Math.round(at) - AROUND_S);
  const to = from + 2 * AROUND_S;
  const moments = surgeOver(seconds, { mode: 'afterwards' });
  const target = path.join(OUT, `${name}.svg`);
  writeFileSync(target, svgOf({ video, seconds, moments, from, to }));
  console.log(`${path.relative(process.cwd(), target)}: ${video.id}, ${from} to ${to} s`);
}

function svgOf(
  plot: Pick<VideoSeconds, 'video' | 'seconds'> & { moments: FoundMoment[]; from: number; to: number },
): string {
  const { video, seconds, moments, from, to } = plot;
  const [width, height, bottom] = [720, 180, 150];
  const rates = Array.from({ length: to - from + 1 }, () => 0);
  for (const { second, weight } of seconds) if (second >= from && second <= to) rates[second - from] = weight;
  const smooth = rates.map((_, index) => {
    const near = rates.slice(Math.max(0, index - 2), index + 3);
    return near.reduce((sum, rate) => sum + rate, 0) / near.length;
  });
  const top = Math.max(1, ...smooth);
  const x = (second: number) => ((Math.min(to, Math.max(from, second)) - from) / (to - from)) * width;
  const y = (rate: number) => bottom - (rate / top) * (bottom - 24);
  const bars = (ranges: readonly Range[], row: { y: number; height: number; fill: string }) =>
    ranges
      .filter(({ start, end }) => end > from && start < to)
      .map(({ start, end }) => {
        const [left, length] = [x(start).toFixed(1), (x(end) - x(start)).toFixed(1)];
        return `<rect x="${left}" y="${row.y}" width="${length}" height="${row.height}" fill="${row.fill}"/>`;
      })
      .join('');
  const line = smooth.map((rate, index) => `${x(from + index).toFixed(1)},${y(rate).toFixed(1)}`).join(' ');
  const text = (left: number, what: string, anchor = 'start') =>
    `<text x="${left}" y="168" font-family="sans-serif" font-size="12" fill="#555" text-anchor="${anchor}">${what}</text>`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    bars(video.highlights ?? [], { y: 14, height: bottom - 14, fill: '#cfe8cf' }),
    bars(moments, { y: 6, height: 6, fill: '#c0392b' }),
    `<polyline points="${line}" fill="none" stroke="#234" stroke-width="1.5"/>`,
    `<line x1="0" y1="${bottom}" x2="${width}" y2="${bottom}" stroke="#999"/>`,
    text(2, `${from} s`),
    text(width / 2, `${video.id}, up to ${top.toFixed(1)} weighted messages a second`, 'middle'),
    text(width - 2, `${to} s`, 'end'),
    '</svg>',
  ].join('\n')}\n`;
}
