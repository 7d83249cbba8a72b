import { BY_COLUMNS } from '../../reading/columns.ts';
import type { ImportInput } from '../../reading/format.ts';
import { ImportError } from '../../reading/import-error.ts';
import { Drafts } from '../../reading/json/drafts.ts';
import { GenericItem, isGenericItem } from '../../reading/json/generic-item.ts';
import { type ItemReader, itemFormat } from '../../reading/json/item-format.ts';
import { timeFieldOf } from '../../reading/json/time-field.ts';

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
    input.notes.report.columns = `time in "${time.path.join('.')}" (${time.unit}), ${items.words}`;
    return {
      item(value, where, out) {
        const at = time.read(value);
        if (at) {
          const draft = items.read(value, at);
          if (draft) drafts.add(draft, where, out);
        } else if (items.isMessage(value)) {
          input.notes.skip(where, `it has no time in "${time.path.join('.')}" (${time.unit})`);
        }
      },
      timeOf(value) {
        const at = time.read(value);
        return at && ('at' in at ? at.at : at.offsetMs);
      },
      end: (out) => drafts.end(out),
    };
  },
});

function timeOfSamples({ head, unit }: ImportInput, items: readonly unknown[]) {
  const time = timeFieldOf({ items, isWhole: head.isWhole, unit });
  // `recognise` has accepted the same items.
  if (!time)
    throw new ImportError('The JSON has no field with the times of its messages: call it time, offset or timestamp');
  return time;
}
