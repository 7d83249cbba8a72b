import { createReadStream, existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importChat } from '../index.ts';

// The data must not become part of the repository. The committed table holds counts only.
const chat = new URL('../../../../../shared/data/chat/', import.meta.url);
const readme = new URL('../README.md', chat);
const isHere = existsSync(readme);
if (!isHere) console.log('skipped: the shared chat data is not beside the repository');

const page = readFileSync(new URL('../../../../docs/reference/format-counts.md', import.meta.url), 'utf8');

/** A row of the committed table. */
interface Row {
  readonly format: string;
  readonly counts: Counts;
  readonly ofReadme: number;
  readonly reason: string;
}

interface Counts {
  readonly messages: number;
  readonly notices: number;
  readonly recording: number;
  readonly deleted: number;
  readonly outOfOrder: number;
  readonly skipped: number;
}

const numberOf = (cell = '') => Number(cell.trim().replaceAll(',', ''));

const rows = new Map<string, Row>(
  [...page.matchAll(/^\| (formats\/\S+|\w+\/\S+\.chat\.jsonl\.gz) \|(.*)\|$/gmu)].map(([, file = '', cells = '']) => {
    const [format = '', ...rest] = cells.split('|').map((cell) => cell.trim());
    const [messages, ofReadme, notices, recording, deleted, outOfOrder, skipped] = rest.map(numberOf);
    const counts = { messages, notices, recording, deleted, outOfOrder, skipped } as Counts;
    return [file, { format, counts, ofReadme: ofReadme ?? 0, reason: rest[7] ?? '' }];
  }),
);

/** Files below the folder of the data, by their names in the table. */
function filesOfData(): string[] {
  const all = readdirSync(chat, { recursive: true }).map((file) => String(file).replaceAll('\\', '/'));
  return all.filter((file) => file.endsWith('.gz')).toSorted();
}

/** The README names rebuilt files without their ending. */
function countOfReadme(text: string, file: string): number {
  const names = [file, file.replace(/(?:\.live_chat)?\.json\.gz$/u, '')];
  const line = text.split('\n').find((one) => names.some((name) => one.startsWith(`| ${name} |`)));
  return numberOf(line?.split('|')[2]);
}

async function importFile(file: string): Promise<{ format: string; counts: Counts }> {
  const chatLog = importChat(createReadStream(new URL(file, chat)));
  let notices = 0;
  for await (const { kind } of chatLog) if (kind === 'notice') notices += 1;
  const { format, messages, recording, deleted, outOfOrder, skipped } = chatLog.report;
  return { format, counts: { messages, notices, recording, deleted, outOfOrder, skipped } };
}

describe('the table of counts', () => {
  it('explains every difference to the README of the data', () => {
    expect(rows.size).toBeGreaterThan(90);
    const unexplained = [...rows].filter(([, row]) => row.counts.messages !== row.ofReadme && row.reason === '');
    expect(unexplained).toEqual([]);
  });

  it.skipIf(!isHere)('names every file of the data with the count of its README', () => {
    expect([...rows.keys()].toSorted()).toEqual(filesOfData());
    const text = readFileSync(readme, 'utf8');
    for (const [file, row] of rows) expect([file, row.ofReadme]).toEqual([file, countOfReadme(text, file)]);
  });

  it.skipIf(!isHere)('says what is imported of every file', async () => {
    for (const [file, { format, counts }] of rows) {
      expect({ file, ...(await importFile(file)) }).toEqual({ file, format, counts });
    }
  });
});
