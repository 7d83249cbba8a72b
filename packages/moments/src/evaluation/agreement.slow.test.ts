import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluateDetections } from './evaluate-detections.ts';
import type { DetectionsById, LabelledSource } from './labels.ts';
import { seededRandom } from '../seeded-random.ts';

const shared = path.resolve(import.meta.dirname, '../../../../../shared');
const tool = path.join(shared, 'tools/eval_highlights.mjs');
const chat = path.join(shared, 'data/chat');
const isThere = existsSync(tool) && existsSync(chat);
if (!isThere) process.stdout.write('skipped: ../shared with the scoring tool and the labelled chats is not here\n');

describe.skipIf(!isThere)('evaluation', () => {
  it('agrees with the scoring tool to three decimals on detections of every shape', () => {
    const labels = readLabels();
    const detections = drawDetections(labels);
    const told = askTool(detections);
    const { sources, headline } = evaluateDetections(labels, detections);
    expect(rounded(headline)).toEqual(rounded(pick(told['headline'], Object.keys(headline))));
    expect(sources.length).toBeGreaterThan(0);
    for (const { source, kind, figures } of sources) {
      const ours =
        kind === 'weak'
          ? figures
          : { ...figures, detPerHour: figures.detectionsPerHour, distractor: figures.distracted };
      const theirs = told[source] ?? {};
      expect([source, rounded(pick(ours, Object.keys(theirs)))]).toEqual([source, rounded(numbersOf(theirs))]);
    }
  });
});

function readLabels(): LabelledSource[] {
  return readdirSync(chat)
    .map((name) => path.join(chat, name, 'labels.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as LabelledSource); // the data's own format
}

/**
 * Detections near labels and far from them, too short and too long, with equal scores, with and without `at` and
 * `peak`.
 */
function drawDetections(labels: readonly LabelledSource[]): DetectionsById {
  const random = seededRandom(11);
  const entries = labels.flatMap(({ videos }) =>
    videos.map(({ id, duration, highlights = [] }) => {
      const near = highlights.map(({ start }) => start + 60 * (random() - 0.5));
      const far = Array.from({ length: 20 }, () => duration * random());
      const detections = [...near, ...far].map((start) => {
        const length = 200 * random() ** 3;
        const more = random() < 0.5 ? { at: start + length + 9, peak: start + length / 3 } : {};
        return { start, end: start + length, score: Math.round(8 * random()), ...more };
      });
      return [id, detections] as const;
    }),
  );
  return Object.fromEntries(entries);
}

type Told = Record<string, Record<string, unknown>>;

function askTool(detections: DetectionsById): Told {
  const folder = mkdtempSync(path.join(tmpdir(), 'ovation-agreement-'));
  try {
    const [det, out] = [path.join(folder, 'det.json'), path.join(folder, 'out.json')];
    writeFileSync(det, JSON.stringify(detections));
    execFileSync(process.execPath, [tool, '--labels', chat, '--det', det, '--json', out]);
    return JSON.parse(readFileSync(out, 'utf8')) as Told; // the tool's own format
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function pick(figures: object = {}, keys: readonly string[] = []): Record<string, unknown> {
  const wanted = Object.entries(figures).filter(([key]) => keys.includes(key));
  return numbersOf(Object.fromEntries(wanted));
}

function numbersOf(figures: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(figures).filter(([key, value]) => key !== 'kind' && value !== 'weak'));
}

/** NaN of the tool is null in its JSON. */
function rounded(figures: object): Record<string, string> {
  const format = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value.toFixed(3) : 'none');
  const sorted = Object.entries(figures).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, value]) => [key, format(value)]));
}
