import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  createSurge,
  type Detection,
  type FoundMoment,
  type LabelledSource,
  type LabelledVideo,
  MessageActivity,
  type SecondActivity,
  type SurgeOptions,
} from '@ovation/moments';
import { findLabels, readChat } from '../packages/server/src/commands/evaluate/labelled-chats.ts';

/** A labelled video with its chat as seconds, so that many settings can be tried on it. */
export interface VideoSeconds {
  readonly source: LabelledSource;
  readonly video: LabelledVideo;
  readonly seconds: readonly SecondActivity[];
}

/** The folder named on the command line, or the labelled chats beside the repository; undefined with a printed reason. */
export function labelledFolder(named: string | undefined): string | undefined {
  const folder = named ?? path.resolve(import.meta.dirname, '../../shared/data/chat');
  if (existsSync(folder)) return folder;
  console.log('skipped: no labelled chats here; name their folder');
  return undefined;
}

/** @param isWanted which sources to read */
export async function readSeconds(folder: string, isWanted: (source: string) => boolean): Promise<VideoSeconds[]> {
  const videos: VideoSeconds[] = [];
  for (const found of await findLabels(folder)) {
    if (!isWanted(found.labels.source)) continue;
    for (const video of found.labels.videos) {
      const activity = new MessageActivity();
      const seconds: (SecondActivity | undefined)[] = [];
      for await (const message of readChat(found.folder, video, AbortSignal.timeout(600_000))) {
        seconds.push(activity.add(message));
      }
      seconds.push(activity.end());
      videos.push({ source: found.labels, video, seconds: seconds.filter((second) => second !== undefined) });
    }
  }
  return videos;
}

/** The confirmed moments of a chat. */
export function surgeOver(seconds: readonly SecondActivity[], options: SurgeOptions): FoundMoment[] {
  const surge = createSurge(options);
  const moments = [...seconds.flatMap((second) => surge.add(second)), ...surge.end()];
  return moments.filter(({ state }) => state === 'confirmed');
}

export function detectionOf({ start, end, score, peak, at }: FoundMoment): Detection {
  return { start, end, score, peak, at };
}
