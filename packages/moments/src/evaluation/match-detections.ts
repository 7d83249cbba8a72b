import type { Detection } from '../found-moment.ts';
import { isEvaluated, type LabelledVideo } from './labels.ts';

/** A detection may miss a label by this much, seconds. */
const TOLERANCE_S = 15;
const LONGEST_S = 120;
const SHORTEST_S = 1;
const OVERLAP = 0.3;

type Interval = Pick<Detection, 'start' | 'end'>;

/** The detections in the evaluated parts, cut to 120 s around their peak, best first. */
export function rankDetections(video: LabelledVideo, detections: readonly Detection[]): Detection[] {
  return detections
    .filter(({ start, end, score }) => [start, end, score].every(Number.isFinite) && end >= start)
    .map(fitLength)
    .filter(({ start, end }) => isEvaluated(video, (start + end) / 2))
    .toSorted((a, b) => b.score - a.score || a.start - b.start);
}

function fitLength(detection: Detection): Detection {
  const { start, end, peak } = detection;
  if (end - start < SHORTEST_S) return { ...detection, end: start + SHORTEST_S };
  if (end - start <= LONGEST_S) return detection;
  const middle = peak !== undefined && Number.isFinite(peak) ? peak : (start + end) / 2;
  const from = Math.max(start, Math.min(middle - LONGEST_S / 2, end - LONGEST_S));
  return { ...detection, start: from, end: from + LONGEST_S };
}

/**
 * The index of the label that each detection hits, or -1, in the order of the detections. A label is hit once. A
 * detection that touches several labels hits the nearest.
 * @param how `near`: touches the label within 15 s; `cut`: overlaps it by 0.3 (intersection over union)
 */
export function matchLabels(
  detections: readonly Interval[],
  labels: readonly Interval[],
  how: 'near' | 'cut',
): number[] {
  const free = new Set(labels.keys());
  return detections.map((detection) => {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const index of free) {
      const distance = distanceTo(detection, labels[index], how);
      if (distance < least) {
        least = distance;
        best = index;
      }
    }
    if (best >= 0) free.delete(best);
    return best;
  });
}

/** Distance of a hit; infinity for a miss. */
function distanceTo(detection: Interval, label: Interval | undefined, how: 'near' | 'cut'): number {
  if (!label) return Number.POSITIVE_INFINITY;
  if (how === 'cut') {
    const overlap = overlapOf(detection, label);
    return overlap >= OVERLAP ? -overlap : Number.POSITIVE_INFINITY;
  }
  const touches = detection.end >= label.start - TOLERANCE_S && detection.start <= label.end + TOLERANCE_S;
  if (!touches) return Number.POSITIVE_INFINITY;
  return Math.abs((detection.start + detection.end) / 2 - (label.start + label.end) / 2);
}

function overlapOf(one: Interval, other: Interval): number {
  const both = Math.min(one.end, other.end) - Math.max(one.start, other.start);
  return both <= 0 ? 0 : both / (Math.max(one.end, other.end) - Math.min(one.start, other.start));
}

/** Mean over the labels of the precision at the rank of their hit; labels without a hit count 0. */
export function averagePrecision(matches: readonly number[], labels: number): number {
  let hits = 0;
  let sum = 0;
  for (const [index, label] of matches.entries()) {
    if (label < 0) continue;
    hits += 1;
    sum += hits / (index + 1);
  }
  return sum / labels;
}
