import path from 'node:path';
import { parseArgs } from 'node:util';
import { msOfStamp } from '@ovation/formats';
import { channelNameSchema } from '@ovation/protocol';

const DEFAULT_SPEED = 30;
const SPEED_MAX = 10_000;
const DEFAULT_URL = 'http://127.0.0.1:8080';

/** What `ovation replay` was asked to do. */
export interface ReplayOrder {
  readonly file: string;
  readonly speed: number;
  readonly channel: string;
  /** without a slash at its end */
  readonly url: string;
  readonly token: string | undefined;
  /** stream time to begin at, ms; undefined: at the first message */
  readonly fromMs: number | undefined;
  readonly keepSettings: boolean;
  /** files with lists of third-party emotes */
  readonly emoteFiles: readonly string[];
}

/** The order, or what is wrong with it. */
export function readReplayOrder(args: readonly string[]): ReplayOrder | string {
  const parsed = parse(args);
  if (typeof parsed === 'string') return parsed;
  const { positionals, values } = parsed;
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) return 'Name exactly one file.';
  const speed = Number(values.speed ?? DEFAULT_SPEED);
  const channel = values.channel ?? channelOfFile(file);
  const url = readUrl(values.url ?? DEFAULT_URL);
  const fromMs = values.from === undefined ? undefined : (msOfStamp(values.from) ?? Number.NaN);
  const order = {
    file,
    speed,
    channel,
    url,
    token: values.token,
    fromMs,
    keepSettings: values['keep-settings'] === true,
    emoteFiles: values['emotes-file'] ?? [],
  };
  return problemOf(order) ?? order;
}

function problemOf({ speed, channel, url, fromMs }: ReplayOrder): string | undefined {
  if (!(speed > 0 && speed <= SPEED_MAX)) return `--speed must be a number above 0, at most ${SPEED_MAX}.`;
  const name = channelNameSchema.safeParse(channel);
  if (!name.success) return `--channel: ${name.error.issues[0]?.message ?? 'wrong name'}.`;
  if (url === '') return `--url must be the address of the server, such as ${DEFAULT_URL}.`;
  return Number.isNaN(fromMs) ? '--from must be a stream time, such as 1:30:00.' : undefined;
}

/** A channel name from a file name: `My stream.json.gz` gives `My-stream`. */
export function channelOfFile(file: string): string {
  let name = path.basename(file);
  while (/\.(?:gz|jsonl?|txt|log|tsv|csv)$/iu.test(name)) name = name.slice(0, name.lastIndexOf('.'));
  const plain = name.replaceAll(/[^A-Za-z0-9_.-]+/gu, '-').replace(/^[^A-Za-z0-9]+/u, '');
  return plain.slice(0, 64).replace(/-+$/u, '') || 'replay';
}

/** The address without a slash at its end; "" when it is none. */
function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return '';
  return `${url.origin}${url.pathname}`.replace(/\/+$/u, '');
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        speed: { type: 'string' },
        channel: { type: 'string' },
        url: { type: 'string' },
        token: { type: 'string' },
        from: { type: 'string' },
        'keep-settings': { type: 'boolean' },
        'emotes-file': { type: 'string', multiple: true },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
