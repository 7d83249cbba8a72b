import { describe, expect, it } from 'vitest';
import { compareEvaluations, evaluateDetections } from './evaluate-detections.ts';
import type { Detection } from '../found-moment.ts';
import type { LabelledSource } from './labels.ts';

const labelled = (id: string, starts: readonly number[]) => ({
  id,
  file: `${id}.chat.jsonl`,
  duration: 1_000,
  highlights: starts.map((start) => ({ start, end: start + 20 })),
});

const source: LabelledSource = {
  source: 'town2026',
  kind: 'intervals',
  videos: [labelled('one', [100, 500]), labelled('two', [300])],
};

const at = (start: number, score: number, more: Partial<Detection> = {}): Detection => ({
  start,
  end: start + 20,
  score,
  ...more,
});

describe('evaluation of detections', () => {
  it('gives 1 to the labels themselves and 0 to nothing', () => {
    const perfect = { one: [at(100, 2), at(500, 1)], two: [at(300, 1)] };
    expect(evaluateDetections([source], perfect).headline).toEqual({
      H: 1,
      mAP: 1,
      RP: 1,
      F1op: 1,
      F1best: 1,
      mAP30: 1,
    });
    expect(evaluateDetections([source], {}).headline).toMatchObject({ H: 0, mAP: 0, F1op: 0 });
  });

  it('counts a second detection of one label as false and ranks by score', () => {
    const { sources } = evaluateDetections([source], { one: [at(100, 3), at(105, 2), at(500, 1)] });
    const [first] = sources;
    if (first?.kind !== 'intervals') throw new Error('intervals expected');
    const apOfOne = (1 / 1 + 2 / 3) / 2;
    expect(first.figures.mAP).toBeCloseTo((apOfOne + 0) / 2, 12);
    expect(first.figures.P).toBeCloseTo(2 / 3, 12);
    expect(first.figures.R).toBeCloseTo(2 / 3, 12);
  });

  it('forgives 15 s when it looks for the moment and nothing when it looks at the cut', () => {
    const { headline } = evaluateDetections([source], { one: [at(134, 1)] });
    expect(headline.mAP).toBeCloseTo(0.25, 12);
    expect(headline.mAP30).toBe(0);
  });

  it('cuts a detection to 120 s around its peak', () => {
    const long = { start: 0, end: 400, score: 1, peak: 110 };
    expect(evaluateDetections([source], { one: [long] }).headline.mAP).toBeCloseTo(0.25, 12);
    expect(evaluateDetections([source], { one: [{ ...long, peak: 300 }] }).headline.mAP).toBe(0);
  });

  it('measures how long after a label a live detector spoke', () => {
    const [first] = evaluateDetections([source], { one: [at(100, 1, { at: 131 })] }).sources;
    expect(first?.kind === 'intervals' && first.figures.wait).toBe(11);
  });

  it('ranks the windows before posted links against all windows', () => {
    const weak: LabelledSource = {
      source: 'links2026',
      kind: 'weak-links',
      videos: [{ id: 'links', file: 'x', duration: 7_200, links: [{ t: 3_000 }] }],
    };
    const [hit] = evaluateDetections([weak], { links: [at(2_900, 9), at(6_000, 1)] }).sources;
    const [miss] = evaluateDetections([weak], { links: [at(6_000, 9)] }).sources;
    if (hit?.kind !== 'weak' || miss?.kind !== 'weak') throw new Error('weak expected');
    expect(hit.figures.rank).toBeGreaterThan(0.95);
    expect(hit.figures.hit).toBe(1);
    expect(miss.figures.rank).toBeLessThan(0.5);
  });

  it('draws the same intervals each time, and compares two detectors on the same videos', () => {
    const videos = Array.from({ length: 8 }, (_, index) => labelled(`v${index}`, [200, 600]));
    const many: LabelledSource = { source: 'many2026', kind: 'intervals', videos };
    const all = Object.fromEntries(videos.map(({ id }, index) => [id, index % 2 === 0 ? [at(200, 1)] : []]));
    const none = evaluateDetections([many], {});
    const some = evaluateDetections([many], all);
    expect(some.interval).toEqual(evaluateDetections([many], all).interval);
    expect(some.interval[0]).toBeLessThan(some.headline.H);
    expect(some.interval[1]).toBeGreaterThan(some.headline.H);
    const { difference, interval } = compareEvaluations(some, none);
    expect(difference).toBeCloseTo(some.headline.H, 12);
    expect(interval[0]).toBeGreaterThan(0);
  });
});
