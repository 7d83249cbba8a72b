import type { ChatMessage, TimeUnit } from '../../reading/chat.ts';
import type { ImportInput } from '../../reading/format.ts';
import type { EmoteFinder } from '../../reading/find-emotes.ts';
import { numberClockOf } from '../../reading/json/number-unit.ts';
import { itemFormat } from '../../reading/json/item-format.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../../reading/records/json-fields.ts';

const MS_OF: Readonly<Record<TimeUnit, number>> = { s: 1000, ms: 1, us: 0.001 };
const WORDS: Readonly<Record<TimeUnit, string>> = { s: 'seconds', ms: 'milliseconds', us: 'microseconds' };

/** Stands for an unknown author. */
const UNKNOWN_AUTHOR = 'u0';

/** Other objects with `t` and `m` are of another tool, and their `t` may have another unit. */
const KNOWN = new Set(['t', 'u', 'm', 'e', 'bits', 'n', 'bot']);

/** Chat of the labelled sets: `{t, u, m}` on each line, `t` in seconds, with `e` emotes, `bits`, `n` notice type and `bot` 1. */
export const labelledJsonl = itemFormat({
  name: 'labelled-jsonl',
  title: 'labelled chat, {t, u, m} a line',
  itemName: 'message',

  isItem(value) {
    const line = fieldsOf(value);
    const isLine = typeof line['t'] === 'number' && typeof line['m'] === 'string';
    return isLine && Object.keys(line).every((name) => KNOWN.has(name));
  },

  isFile({ isWhole }, { samples }) {
    const values = samples.map((one) => numberOf(fieldsOf(one)['t'])).filter((value) => value !== undefined);
    const clock = numberClockOf({ name: 't', values, walls: [], isWhole, unit: undefined });
    return clock === undefined || clock.unit === 'seconds';
  },

  open(input) {
    const { unit = 's' } = input;
    const why = input.unit === undefined ? 'as labelled sets have; --unit names another unit' : 'as you said';
    input.notes.tell(`the times in "t" are ${WORDS[unit]}, ${why}`);
    return {
      item(value, where, out) {
        const message = messageOf(fieldsOf(value), where, input, MS_OF[unit]);
        if (message) out.push(message);
      },
    };
  },
});

function messageOf(
  line: Fields,
  where: string,
  { notes, emotes }: ImportInput,
  unitMs: number,
): ChatMessage | undefined {
  const time = numberOf(line['t']);
  if (time === undefined) {
    notes.skip(where, 'it has no time (t is no number)');
    return undefined;
  }
  const kind = line['n'] === undefined ? 'chat' : 'notice';
  const offsetMs = notes.place(Math.round(time * unitMs), kind, where);
  if (offsetMs === undefined) return undefined;
  const text = textOf(line['m']) ?? '';
  countEmotes(listOf(line['e']), text, emotes);
  const user = textOf(line['u']) ?? '';
  const said = { offsetMs, author: user === UNKNOWN_AUTHOR ? '' : user, text, emotes: emotes.take(), kind } as const;
  const bits = numberOf(line['bits']) ?? 0;
  if (bits <= 0 && line['bot'] === undefined) return said;
  return { ...said, ...(line['bot'] === 1 ? { bot: true } : {}), ...(bits > 0 ? { bits } : {}) };
}

function countEmotes(list: readonly unknown[], text: string, emotes: EmoteFinder): void {
  const codes = list.map(textOf).filter((code) => code !== undefined);
  for (const code of codes) emotes.add(`text:${code}`, code);
  if (codes.length === 0) emotes.addText(text);
  else emotes.addRest(text, new Set(codes));
}
