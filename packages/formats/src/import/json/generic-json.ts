import { BY_COLUMNS } from '../../reading/columns.ts';
import type { ImportInput } from '../../reading/format.ts';
import { ImportError } from '../../reading/import-error.ts';
import { Drafts } from '../../reading/json/drafts.ts';
import { GenericItem, isGenericItem } from '../../reading/json/generic-item.ts';
import { type ItemReader, itemFormat } from '../../reading/json/item-format.ts';
import { withoutMojibake } from '../../reading/json/mojibake.ts';
import { daysOf } from '../../reading/json/day-beside.ts';
import { DayClock, type TimeField, timeFieldOf } from '../../reading/json/time-field.ts';

const SAMPLES = 400;

/** Objects of any tool with fields for time, user and text, in whatever dress. */
export const genericJson = itemFormat({
  name: 'generic-json',
  title: 'JSON objects with fields for time, user and text',
  itemName: 'element',
  sureness: BY_COLUMNS,
  isItem: isGenericItem,

  open(input, samples): ItemReader {
    const drafts = new Drafts(input);
    const items = new GenericItem(samples.slice(0, SAMPLES));
    const time = timeOfSamples(input, samples.slice(0, SAMPLES));
    const days = daysOf(time, samples);
    const day = time.isOfDay ? new DayClock() : undefined;
    describe(time, items, input);
    return {
      item(raw, where, out) {
        const value = withoutMojibake(raw);
        const read = time.read(value);
        if (read) {
          const at = days?.(value, read) ?? (day && 'offsetMs' in read ? { offsetMs: day.next(read.offsetMs) } : read);
          const draft = items.read(value, at);
          if (draft) drafts.add(draft, where, out);
        } else if (items.isMessage(value)) {
          input.notes.skip(where, `it has no time in "${time.path.join('.')}" (${time.unit})`);
        }
      },
      timeOf(value) {
        const read = time.read(value);
        if (!read) return undefined;
        const at = days?.(value, read) ?? read;
        if ('at' in at) return at.at;
        return time.isOfDay ? undefined : at.offsetMs;
      },
      end: (out) => drafts.end(out),
    };
  },
});

function timeOfSamples({ head, unit }: ImportInput, items: readonly unknown[]): TimeField {
  const time = timeFieldOf({ items, isWhole: head.isWhole, unit });
  if (time) return time;
  // `recognise` has accepted the same items, but their times may stand in different fields.
  throw new ImportError('The JSON has no field with the times of most messages: call it time, offset or timestamp');
}

/** Tells which fields, which clock and which unit were taken. */
function describe(time: TimeField, items: GenericItem, { notes }: ImportInput): void {
  const name = `"${time.path.join('.')}"`;
  notes.report.columns = `time in ${name} (${time.unit}), ${items.words}`;
  notes.tell(`the times in ${name} are ${time.unit}${time.why === '' ? '' : `, ${time.why}`}`);
}
