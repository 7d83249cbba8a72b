/** How many labels are among the best ten detections an hour of their video; bar half of lirik2019's and worlds2016's. */
import { evaluateDetections } from '@ovation/moments';
import { detectionOf, labelledFolder, readSeconds, surgeOver } from './labelled-seconds.ts';

const PER_HOUR = 10;
const BARRED = ['lirik2019', 'worlds2016'];

const folder = labelledFolder(process.argv[2]);
if (folder !== undefined) {
  const videos = await readSeconds(folder, (source) => source !== 'fl0m2021');
  const found = videos.map(({ video, seconds }) => {
    return [video.id, surgeOver(seconds, { mode: 'afterwards' }).map(detectionOf)] as const;
  });
  const { sources } = evaluateDetections([...new Set(videos.map(({ source }) => source))], Object.fromEntries(found));
  for (const each of sources) {
    if (each.kind !== 'intervals') continue;
    const among = (round: (count: number) => number) =>
      each.videos.reduce(
        (sum, { ranked, hours }) => sum + ranked.slice(0, round(PER_HOUR * hours)).filter(({ isHit }) => isHit).length,
        0,
      );
    const { labels } = each.figures;
    const verdict = among(Math.ceil) >= labels / 2 ? 'holds' : 'DOES NOT HOLD';
    const bar = BARRED.includes(each.source) ? `; bar half: ${verdict}` : '';
    console.log(`${each.source}: ${among(Math.ceil)} of ${labels} (${among(Math.floor)} rounded down)${bar}`);
    if (bar.endsWith('NOT HOLD')) process.exitCode = 1;
  }
}
