import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Detection, Evaluation } from '@ovation/moments';
import { evaluateDetections } from '@ovation/moments';
import { type Command, type CommandIo, EXIT } from './command.ts';
import { evaluatedDetectors } from './detect-in-chat.ts';
import { LabelledChatError, type LabelledFolder, findLabels, readChat } from './labelled-chats.ts';
import { renderEvaluation } from './render-evaluation.ts';
import { ProgressLine } from './terminal-progress.ts';
import { printable } from './terminal-text.ts';

const NAMES = Object.keys(evaluatedDetectors);
const [DEFAULT_NAME = ''] = NAMES;

const usage = `Usage: ovation evaluate DIR [--detector NAME] [--live] [--detections OUT.json] [--json OUT] [--per-video]

Runs a detector over labelled chats and prints how well it finds their highlights. DIR holds a labels.json and the
chats that it names (.chat.jsonl or .chat.jsonl.gz), or folders like that.

  --detector NAME        ${NAMES.join(' or ')} (${DEFAULT_NAME}, the shipped default)
  --live                 use at each moment only what was known then
  --detections OUT.json  write what was found: {video id: [{start, end, score, peak, at?}]}
  --json OUT             write all figures
  --per-video            print a line for each video as well

H is the mean of mAP (finds the moment) and AP.3 (cuts it well); 90 % intervals are drawn over the videos.`;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'measure a detector on labelled chats',
  usage,
  run: evaluate,
};

interface Order {
  readonly folder: string;
  readonly detector: string;
  readonly isLive: boolean;
  readonly detections: string | undefined;
  readonly json: string | undefined;
  readonly perVideo: boolean;
}

async function evaluate(args: readonly string[], io: CommandIo): Promise<number> {
  const order = readOrder(args);
  if (typeof order === 'string') {
    io.stderr.write(`${order}\n\n${usage}\n`);
    return EXIT.usage;
  }
  try {
    const folders = await findLabels(order.folder);
    const found = await detectAll(folders, order, io);
    const evaluation = evaluateDetections(
      folders.map(({ labels }) => labels),
      found,
    );
    io.stdout.write(renderEvaluation(evaluation, order));
    if (order.detections !== undefined) await writeJson(order.detections, found);
    if (order.json !== undefined) await writeJson(order.json, jsonOf(order, evaluation));
    return EXIT.fine;
  } catch (error) {
    if (io.signal.aborted) return EXIT.stopped;
    if (!(error instanceof LabelledChatError)) throw error;
    io.stderr.write(`${printable(error.message)}\n`);
    return EXIT.failed;
  }
}

async function detectAll(
  folders: readonly LabelledFolder[],
  { detector, isLive }: Order,
  io: CommandIo,
): Promise<Record<string, Detection[]>> {
  using progress = new ProgressLine(io, { inLogs: false });
  const detect = evaluatedDetectors[detector];
  const found: Record<string, Detection[]> = {};
  for (const { folder, labels } of folders) {
    for (const video of labels.videos) {
      progress.show(`${detector} over ${printable(video.id)}`);
      found[video.id] = (await detect?.(readChat(folder, video, io.signal), isLive)) ?? [];
    }
  }
  return found;
}

function jsonOf({ detector, isLive }: Order, { sources, headline, interval }: Evaluation) {
  const bySource = sources.map(({ source, kind, figures, interval: ofSource }) => [
    source,
    { kind, ...figures, interval90: ofSource },
  ]);
  return {
    detector,
    live: isLive,
    sources: Object.fromEntries(bySource),
    headline: { ...headline, interval90: interval },
  };
}

async function writeJson(target: string, content: unknown): Promise<void> {
  try {
    await writeFile(target, `${JSON.stringify(content, null, 1)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabelledChatError(`${target} cannot be written (${reason})`, { cause: error });
  }
}

/** The order, or what is wrong with it. */
function readOrder(args: readonly string[]): Order | string {
  const parsed = parse(args);
  if (typeof parsed === 'string') return parsed;
  const { positionals, values } = parsed;
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) return 'Name one folder.';
  const { detector = DEFAULT_NAME, live = false, detections, json } = values;
  if (!NAMES.includes(detector)) return `There is no detector "${printable(detector)}": it is ${NAMES.join(' or ')}.`;
  return { folder, detector, isLive: live, detections, json, perVideo: values['per-video'] ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        detector: { type: 'string' },
        live: { type: 'boolean' },
        detections: { type: 'string' },
        json: { type: 'string' },
        'per-video': { type: 'boolean' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
