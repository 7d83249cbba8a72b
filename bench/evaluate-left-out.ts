/**
 * Settings of `surge` chosen again without a broadcast, or without a source, and scored on what was left out. The
 * difference to the figure with the shipped settings is what the choice of settings flatters itself with.
 */
import { evaluateDetections, type SurgeSettings } from '@ovation/moments';
import { detectionOf, labelledFolder, readSeconds, surgeOver } from './labelled-seconds.ts';

/** H of each labelled video, by id, for one choice of settings. */
interface Tried {
  readonly settings: Partial<SurgeSettings>;
  readonly scores: ReadonlyMap<string, { source: string; H: number }>;
}

const folder = labelledFolder(process.argv[2]);
if (folder !== undefined) {
  const videos = await readSeconds(folder, (source) => !source.startsWith('sim') && source !== 'fl0m2021');
  const tryOut = (mode: 'afterwards' | 'live', settings: Partial<SurgeSettings>): Tried => {
    const found = videos.map(({ video, seconds }) => {
      return [video.id, surgeOver(seconds, { mode, settings }).map(detectionOf)] as const;
    });
    const sources = [...new Set(videos.map(({ source }) => source))];
    const evaluation = evaluateDetections(sources, Object.fromEntries(found));
    const scores = evaluation.sources.flatMap((each) =>
      each.kind === 'intervals'
        ? each.videos
            .filter(({ labels }) => labels > 0)
            .map(({ id, ap, apCut }) => [id, { source: each.source, H: (ap + apCut) / 2 }] as const)
        : [],
    );
    return { settings, scores: new Map(scores) };
  };
  for (const mode of ['afterwards', 'live'] as const) {
    const grid = mode === 'live' ? liveGrid() : afterwardsGrid();
    report(
      mode,
      tryOut(mode, {}),
      grid.map((settings) => tryOut(mode, settings)),
    );
  }
}

function report(mode: string, shipped: Tried, tried: readonly Tried[]): void {
  const all = headline(shipped, () => true);
  const best = Math.max(...tried.map((each) => headline(each, () => true)));
  const ids = [...shipped.scores.keys()];
  const sources = [...new Set([...shipped.scores.values()].map(({ source }) => source))];
  const withoutVideo = ids.map((id) => {
    const chosen = choose(tried, (other) => other !== id);
    return [id, chosen.scores.get(id) ?? { source: '', H: Number.NaN }] as const;
  });
  const withoutSource = sources.flatMap((source) => {
    const chosen = choose(tried, (id) => shipped.scores.get(id)?.source !== source);
    return [...chosen.scores].filter(([, score]) => score.source === source);
  });
  console.log(`\n${mode}: ${tried.length} settings`);
  console.log(`  shipped settings            H ${all.toFixed(3)}`);
  console.log(`  best of the grid on all     H ${best.toFixed(3)}`);
  for (const [name, scores] of [
    ['leave one broadcast out', withoutVideo],
    ['leave one source out', withoutSource],
  ] as const) {
    const left: Tried = { settings: {}, scores: new Map(scores) };
    const bySource = sources.map(
      (source) => `${source} ${headline(left, (id) => left.scores.get(id)?.source === source).toFixed(3)}`,
    );
    console.log(`  ${name.padEnd(26)}  H ${headline(left, () => true).toFixed(3)}  ${bySource.join('  ')}`);
  }
  const plateau = tried.filter((each) => headline(each, () => true) >= all - 0.03).length;
  console.log(`  ${plateau} of ${tried.length} settings are within 0.03 of the shipped ones or better`);
}

function choose(tried: readonly Tried[], isKnown: (id: string) => boolean): Tried {
  return tried.reduce((best, next) => (headline(next, isKnown) > headline(best, isKnown) ? next : best));
}

/** Mean over sources of the mean over their videos. */
function headline({ scores }: Tried, isCounted: (id: string) => boolean): number {
  const bySource = new Map<string, number[]>();
  for (const [id, { source, H }] of scores) {
    if (isCounted(id)) bySource.set(source, [...(bySource.get(source) ?? []), H]);
  }
  return mean([...bySource.values()].map(mean));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function afterwardsGrid(): Partial<SurgeSettings>[] {
  return [4, 5, 6].flatMap((smoothS) =>
    [8, 12, 16].flatMap((leadS) =>
      [8, 13, 18].flatMap((tailS) => [600, 900].map((baseS) => ({ smoothS, leadS, tailS, baseS }))),
    ),
  );
}

function liveGrid(): Partial<SurgeSettings>[] {
  const windows = [4, 5, 6].map((shortest) => [4 * shortest, 2 * shortest, shortest] as const);
  return windows.flatMap((liveWindowsS) =>
    [8, 12, 16].flatMap((leadS) =>
      [8, 13].flatMap((tailS) =>
        [0.015, 0.02, 0.03].map((restlessness) => ({ liveWindowsS, leadS, tailS, restlessness })),
      ),
    ),
  );
}
