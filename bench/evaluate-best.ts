/**
 * How many labels are among the best ten detections an hour of their video, the number rounded as anybody rounds; bar
 * half of lirik2019's and worlds2016's. A label is among them when the scoring tool's tolerance lets one of them touch
 * it. Beside it, more strictly, hits in the tool's sense: one detection hits one label.
 */
import { type Detection, evaluateDetections, type LabelledVideo } from '@ovation/moments';
import { detectionOf, labelledFolder, readSeconds, surgeOver } from './labelled-seconds.ts';

const PER_HOUR = 10;
const TOLERANCE_S = 15;
const BARRED = ['lirik2019', 'worlds2016'];

const folder = labelledFolder(process.argv[2]);
if (folder !== undefined) {
  const videos = await readSeconds(folder, (source) => source !== 'fl0m2021');
  const found = new Map(
    videos.map(({ video, seconds }) => [video.id, surgeOver(seconds, { mode: 'afterwards' }).map(detectionOf)]),
  );
  const sources = [...new Set(videos.map(({ source }) => source))];
  const evaluation = evaluateDetections(sources, Object.fromEntries(found));
  for (const each of evaluation.sources) {
    if (each.kind !== 'intervals') continue;
    const told = { labels: each.figures.labels, budget: 0, touched: 0, hits: 0, hitsUp: 0 };
    for (const { id, hours, ranked } of each.videos) {
      const budget = Math.round(PER_HOUR * hours);
      const video = videos.find((one) => one.video.id === id)?.video;
      told.budget += budget;
      if (video) told.touched += touchedLabels(video, found.get(id) ?? [], budget);
      told.hits += countHits(ranked.slice(0, budget));
      told.hitsUp += countHits(ranked.slice(0, Math.ceil(PER_HOUR * hours)));
    }
    const { labels, budget, touched, hits, hitsUp } = told;
    const bar = BARRED.includes(each.source) ? `; bar half: ${touched >= labels / 2 ? 'holds' : 'DOES NOT HOLD'}` : '';
    console.log(`${each.source}: ${touched} of ${labels} labels in the best ${budget}${bar}`);
    console.log(`  one detection for each label: ${hits}, with the number rounded up ${hitsUp}`);
    if (bar.endsWith('NOT HOLD')) process.exitCode = 1;
  }
}

function touchedLabels(video: LabelledVideo, detections: readonly Detection[], budget: number): number {
  const isCounted = (second: number) =>
    (video.eval ?? [[0, video.duration]]).some(([from, to]) => second >= from && second <= to);
  const best = detections
    .filter(({ start, end }) => isCounted((start + end) / 2))
    .toSorted((a, b) => b.score - a.score || a.start - b.start)
    .slice(0, budget);
  return (video.highlights ?? []).filter(
    (label) =>
      isCounted((label.start + label.end) / 2) &&
      best.some(({ start, end }) => end >= label.start - TOLERANCE_S && start <= label.end + TOLERANCE_S),
  ).length;
}

function countHits(ranked: readonly { isHit: boolean }[]): number {
  return ranked.filter(({ isHit }) => isHit).length;
}
