import { createReadStream, existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importChat } from '../index.ts';

// The data is not part of the repository and nothing of it may be: only counts stand here.
const chat = new URL('../../../../../shared/data/chat/', import.meta.url);
const readme = new URL('../README.md', chat);
const isHere = existsSync(readme);
if (!isHere) console.log('skipped: the shared chat data is not beside the repository');

/** Messages of the labelled sets, which were cut from the same broadcast without what was typed afterwards. */
const LIVE_OF_LIRIK: Record<string, number> = { b0: 8_699, b2: 9_528, b4: 9_693, b6: 8_165 };

function countsOfReadme(folder: string): [string, number][] {
  const row = new RegExp(String.raw`^\| formats/${folder}/(\S+) \| ([\d,]+) \|`, 'gmu');
  return [...readFileSync(readme, 'utf8').matchAll(row)].map(([, file = '', count = '']) => [
    file,
    Number(count.replaceAll(',', '')),
  ]);
}

it.skipIf(!isHere).each(['twitchdownloader-json', 'text-logs'])(
  'imports as many messages of %s as its README counts',
  async (folder) => {
    const counted = countsOfReadme(folder);
    expect(counted.map(([file]) => file).toSorted()).toEqual(
      readdirSync(new URL(`formats/${folder}/`, chat)).toSorted(),
    );
    for (const [file, count] of counted) {
      const log = importChat(createReadStream(new URL(`formats/${folder}/${file}`, chat)));
      for await (const message of log) expect(message.offsetMs).toBeGreaterThanOrEqual(0);
      const { messages, recording, skipped, outOfOrder } = log.report;
      const live = LIVE_OF_LIRIK[/^lirik2019-(b\d)/u.exec(file)?.[1] ?? ''] ?? count;
      expect({ file, messages, recording, skipped, outOfOrder }).toEqual({
        file,
        messages: count,
        recording: count - live,
        skipped: 0,
        outOfOrder: 0,
      });
    }
  },
);
