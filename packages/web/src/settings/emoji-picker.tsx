import { useEffect, useRef, useState } from 'react';
import {
  EmojiPicker as Picker,
  type EmojiPickerListCategoryHeaderProps,
  type EmojiPickerListEmojiProps,
  type EmojiPickerListRowProps,
} from 'frimousse';
import { baseAddress } from '../live/base-address.ts';
import { texts } from '../texts.ts';

const MOST_COLUMNS = 7;
const FEWEST_COLUMNS = 4;
/** Width of an emoji and of what lies beside the list, CSS px at the usual size of text. */
const COLUMN_PX = 44;
const BESIDE_PX = 60;

function columnsThatFit(): number {
  const fit = Math.floor((document.documentElement.clientWidth - BESIDE_PX) / COLUMN_PX);
  return Math.min(MOST_COLUMNS, Math.max(FEWEST_COLUMNS, fit));
}

/** All emoji by category, with search. The data comes from our own server. */
export function EmojiPicker({ pick }: { pick: (emoji: string) => void }) {
  const root = useRef<HTMLDivElement>(null);
  const [columns] = useState(columnsThatFit);
  // It opens below its button, perhaps under the bar at the bottom of the drawer.
  useEffect(() => root.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <Picker.Root
      ref={root}
      className="border-line bg-raised h-picker scroll-mb-bar-two-rows flex flex-col rounded-md border"
      emojibaseUrl={`${baseAddress.href}emojibase`}
      columns={columns}
      onEmojiSelect={({ emoji }) => pick(emoji)}
    >
      <Picker.Search
        className="border-line h-target mx-2 mt-2 rounded-sm border px-3"
        // No form of this name: Enter must not save the settings around it when nothing was found.
        form="emoji-search"
        aria-label={texts.picker.search}
        placeholder={texts.picker.search}
      />
      <Picker.Viewport
        className="relative flex-1 outline-none"
        tabIndex={0}
        aria-label={texts.picker.list}
        role="region"
      >
        <Picker.Loading className="text-soft absolute inset-0 p-4 text-sm">{texts.picker.loading}</Picker.Loading>
        <Picker.Empty className="text-soft absolute inset-0 p-4 text-sm">{texts.picker.empty}</Picker.Empty>
        <Picker.List aria-label={texts.picker.list} components={{ CategoryHeader, Row, Emoji }} />
      </Picker.Viewport>
    </Picker.Root>
  );
}

function CategoryHeader({ category, ...props }: EmojiPickerListCategoryHeaderProps) {
  return (
    <div {...props} className="bg-raised text-soft px-3 py-2 text-xs">
      {category.label}
    </div>
  );
}

/** frimousse counts rows and columns from 0; ARIA counts from 1. */
function fromOne(index: number | string | undefined): number | undefined {
  return index === undefined ? undefined : Number(index) + 1;
}

function Row({ children, ...props }: EmojiPickerListRowProps) {
  return (
    <div {...props} aria-rowindex={fromOne(props['aria-rowindex'])} className="px-1">
      {children}
    </div>
  );
}

function Emoji({ emoji, ...props }: EmojiPickerListEmojiProps) {
  return (
    <button
      {...props}
      // frimousse gives it the role gridcell, which has a column.
      // oxlint-disable-next-line jsx-a11y/role-supports-aria-props
      aria-colindex={fromOne(props['aria-colindex'])}
      className="data-active:bg-sunken size-target font-emoji rounded-sm text-xl"
    >
      {emoji.emoji}
    </button>
  );
}
