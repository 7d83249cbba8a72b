import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { createAudience, type Planned } from '../../modules/simulation/index.ts';
import { CommandError } from '../command-errors.ts';
import type { SimulateOrder } from './audience-options.ts';

/** What was written; times in the labels are seconds of the broadcast. */
export interface WrittenAudience {
  readonly chatFile: string;
  readonly labelsFile: string;
  readonly messages: number;
  readonly highlights: number;
  readonly quiet: number;
  readonly distractors: number;
}

/** Text is passed on in pieces of about this many characters. */
const PIECE_LENGTH = 65_536;
/** A moment whose reaction has less than this before the end is not labelled. */
const REACTION_SEEN_S = 10;

const ownLabels = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ videos: z.array(z.object({ file: z.string().regex(/^audience-\d+-s\d+\.chat\.jsonl\.gz$/) })) }));

const DEFINITION =
  'SIMULATED. Planted events: highlight = the interval on the stream in which the event happens; the reaction starts a few seconds after 60% of it (log-normal, median 6 s) and decays with a 9-24 s time constant; a quarter of the events are quiet (rate +25..60% only, emotes concentrated). distractors = planted floods that are not highlights (raid, giveaway, poll, sub train, one spammer, copypasta by 6 accounts, ad break).';

/**
 * Writes `labels.json` and the chat in the layout of the labelled sets. The labels come last and the chat gets its name
 * when it is whole, so that a folder with labels is complete. Memory does not grow with the broadcast.
 * @throws CommandError; the signal's reason when it is aborted
 */
export async function writeAudience(
  order: SimulateOrder,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (second: number, messages: number) => void },
): Promise<WrittenAudience> {
  const { viewers, seed } = order.audience;
  const id = `audience-${viewers}-s${seed}`;
  const chatFile = path.join(order.folder, `${id}.chat.jsonl.gz`);
  const labelsFile = path.join(order.folder, 'labels.json');
  if (!order.force) await refuseToOverwrite([labelsFile, chatFile]);
  const told = { messages: 0, planned: new Array<Planned>() };
  const unfinished = `${chatFile}.part`;
  try {
    await mkdir(order.folder, { recursive: true });
    const replaced = await ownChats(order.folder);
    await rm(labelsFile, { force: true });
    const lines = Readable.from(chatLines(order, told, onProgress));
    await pipeline(lines, createGzip(), createWriteStream(unfinished), { signal });
    await rename(unfinished, chatFile);
    // The chat of another seed has another name and would stay behind without labels.
    for (const file of replaced) if (file !== chatFile) await rm(file, { force: true });
    const labels = labelsOf(order, id, told);
    await writeFile(labelsFile, `${JSON.stringify(labels, null, 1)}\n`);
    const { highlights, distractors } = labels.videos[0];
    const quiet = highlights.filter((highlight) => highlight.quiet).length;
    const counts = { messages: told.messages, highlights: highlights.length, quiet, distractors: distractors.length };
    return { chatFile, labelsFile, ...counts };
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${order.folder} cannot be written (${reason})`, { cause: error });
  }
}

/** Chats that an earlier run wrote into the folder: files that the labels name and whose names this command gives. */
async function ownChats(folder: string): Promise<string[]> {
  const text = await readFile(path.join(folder, 'labels.json'), 'utf8').catch(() => '');
  const labels = ownLabels.safeParse(text);
  return labels.success ? labels.data.videos.map(({ file }) => path.join(folder, file)) : [];
}

async function refuseToOverwrite(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const isThere = await stat(file).then(
      () => true,
      () => false,
    );
    if (isThere) throw new CommandError(`${file} is there already; --force writes over it`);
  }
}

/** Generates the broadcast as fast as it is read, and collects what the labels need. */
function* chatLines(
  { audience, durationS }: SimulateOrder,
  told: { messages: number; planned: Planned[] },
  onProgress: (second: number, messages: number) => void,
): Generator<string, void> {
  let piece = '';
  for (const { second, messages, begins } of createAudience(audience)) {
    if (second >= durationS) break;
    told.messages += messages.length;
    told.planned.push(...begins);
    for (const message of messages) piece += `${JSON.stringify(message)}\n`;
    if (piece.length < PIECE_LENGTH) continue;
    onProgress(second, told.messages);
    yield piece;
    piece = '';
  }
  yield piece;
}

function labelsOf(
  { audience, durationS }: SimulateOrder,
  id: string,
  { messages, planned }: { messages: number; planned: readonly Planned[] },
) {
  const highlights = planned.flatMap((one) => {
    if (one.type !== 'moment' || one.reactsAt + REACTION_SEEN_S > durationS) return [];
    const { start, end, gain, kind, isQuiet } = one;
    return [{ start, end, weight: Number(gain.toFixed(2)), type: kind, quiet: isQuiet }];
  });
  const distractors = planned.flatMap((one) =>
    one.type === 'flood' ? [{ start: one.start, end: Math.min(one.end, durationS), kind: one.kind }] : [],
  );
  const { emotes, ...model } = audience;
  const video = {
    id,
    file: `${id}.chat.jsonl.gz`,
    messages,
    duration: durationS,
    eval: [[0, durationS]],
    highlights,
    distractors,
    emotes: emotes === 'emoji' ? 'unicode' : emotes,
    mean_rate: Number((messages / durationS).toFixed(3)),
    model,
  };
  // Tools leave sources that begin with "sim" out of figures about real chats.
  return { source: 'simulated', kind: 'intervals', definition: DEFINITION, videos: [video] as const };
}
