import { writeFile } from 'node:fs/promises';
import { type Detection, evaluateDetections, type Evaluation } from '@ovation/moments';
import { z } from 'zod';
import { CommandError } from '../command-errors.ts';
import type { CommandIo } from '../command-io.ts';
import { flag, type OptionValues, text } from '../command-options.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { printable } from '../terminal/text.ts';
import { evaluatedDetectors } from './detect-in-chat.ts';
import { type LabelledFolder, findLabels, readChat } from './labelled-chats.ts';
import { renderEvaluation } from './render-evaluation.ts';

const NAMES = Object.keys(evaluatedDetectors);
const [DEFAULT_NAME = ''] = NAMES;

const detector = z.string().refine((name) => NAMES.includes(name), {
  error: ({ input }) => `There is no detector "${printable(String(input))}": it is ${NAMES.join(' or ')}.`,
});

const options = {
  detector: {
    type: detector,
    value: 'NAME',
    about: `${NAMES.join(' or ')}; without it the shipped default`,
    default: DEFAULT_NAME,
  },
  live: flag('use at each moment only what was known then'),
  detections: text('OUT.json', 'write what was found: {video id: [{start, end, score, peak, at?}]}'),
  json: text('OUT', 'write all figures'),
  'per-video': flag('print a line for each video as well'),
};

export const evaluateCommand = defineCommand({
  name: 'evaluate',
  about:
    'Runs a detector over labelled chats and prints how well it finds their highlights. DIR holds a labels.json and the chats that it names (.chat.jsonl or .chat.jsonl.gz), or folders like that.',
  operands: { value: 'DIR', type: z.tuple([z.string()], 'Name one folder.') },
  options,
  closing: 'H is the mean of mAP (finds the moment) and AP.3 (cuts it well); 90 % intervals are drawn over the videos.',
  run: ({ operands: [folder], options: given }, io) => evaluate(folder, given, io),
});

type EvaluateOptions = OptionValues<typeof options>;

async function evaluate(folder: string, given: EvaluateOptions, io: CommandIo): Promise<Outcome> {
  const folders = await findLabels(folder);
  const found = await detectAll(folders, given, io);
  const evaluation = evaluateDetections(
    folders.map(({ labels }) => labels),
    found,
  );
  io.stdout.write(renderEvaluation(evaluation, { perVideo: given['per-video'] }));
  if (given.detections !== undefined) await writeJson(given.detections, found);
  if (given.json !== undefined) await writeJson(given.json, jsonOf(given, evaluation));
  return 'fine';
}

async function detectAll(
  folders: readonly LabelledFolder[],
  { detector: name, live }: EvaluateOptions,
  io: CommandIo,
): Promise<Record<string, Detection[]>> {
  using progress = new ProgressLine(io, { inLogs: false });
  const detect = evaluatedDetectors[name];
  const found: Record<string, Detection[]> = {};
  for (const { folder, labels } of folders) {
    for (const video of labels.videos) {
      progress.show(`${name} over ${printable(video.id)}`);
      found[video.id] = (await detect?.(readChat(folder, video, io.signal), live)) ?? [];
    }
  }
  return found;
}

function jsonOf({ detector: name, live }: EvaluateOptions, { sources, headline, interval }: Evaluation) {
  const bySource = sources.map(({ source, kind, figures, interval: ofSource }) => [
    source,
    { kind, ...figures, interval90: ofSource },
  ]);
  return {
    detector: name,
    live,
    sources: Object.fromEntries(bySource),
    headline: { ...headline, interval90: interval },
  };
}

async function writeJson(target: string, content: unknown): Promise<void> {
  try {
    await writeFile(target, `${JSON.stringify(content, null, 1)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${target} cannot be written (${reason})`, { cause: error });
  }
}
