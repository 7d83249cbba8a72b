import type { CSSProperties } from 'react';
import { isEmoji } from '@ovation/protocol';
import type { ChannelView, Tally as TallyCounts } from '@ovation/client';
import { texts } from '../../texts.ts';
import { displayOf } from '../../ui/emote-text.ts';
import { Emote } from '../../ui/emote.tsx';
import { formatCount, formatShare } from '../../ui/number-and-time.ts';
import { ShareBar } from '../../ui/share-bar.tsx';

interface TallyProps {
  view: ChannelView;
  slots: readonly string[];
  tally: TallyCounts;
}

/** The legend, and more: each emote's share of the running minute against the threshold that makes it a moment. */
export function Tally({ view, slots, tally }: TallyProps) {
  const { settings } = view;
  const counted = slots.reduce((sum, key) => sum + (tally.thisMinute.get(key) ?? 0), 0);
  const slotted = slots.reduce((sum, key) => sum + (tally.fiveMinutes.get(key) ?? 0), 0);
  const others = tally.total - slotted;
  const hasNames = slots.some((key) => !isEmoji(displayOf(view, key)));
  return (
    <div className="border-line mt-2 border-t pt-4">
      <div className="mb-2 flex min-h-6 flex-wrap items-baseline justify-between gap-x-6">
        <h3 className="text-lg">{texts.tally.title}</h3>
        <p className="text-soft min-h-10 text-sm sm:min-h-5">
          {settings && texts.tally.rule(settings.threshold, settings.interval)}
        </p>
      </div>
      <ul className={`grid grid-cols-1 gap-x-10 ${hasNames ? 'sm:grid-cols-2' : 'xs:grid-cols-2'}`}>
        {slots.map((key, slot) => (
          <TallyRow
            key={key}
            slot={slot}
            display={displayOf(view, key)}
            isWide={hasNames}
            count={tally.fiveMinutes.get(key) ?? 0}
            share={counted === 0 ? 0 : (tally.thisMinute.get(key) ?? 0) / counted}
            threshold={settings?.threshold ?? 1}
          />
        ))}
      </ul>
      <p className="text-soft mt-1 h-5 text-xs">{others > 0 && texts.tally.others(others)}</p>
    </div>
  );
}

interface TallyRowProps {
  slot: number;
  display: string;
  /** names need more room than emoji, in all rows alike */
  isWide: boolean;
  count: number;
  share: number;
  threshold: number;
}

function TallyRow({ slot, display, isWide, count, share, threshold }: TallyRowProps) {
  const isOver = share > threshold;
  return (
    <li className="h-tally-row flex items-center gap-2">
      <span className="sr-only">{texts.tally.row(texts.emoteName(display), count, share)}</span>
      <span aria-hidden="true" className="size-2.5 shrink-0 rounded-sm" style={slotColor(slot)} data-slot-color />
      <span aria-hidden="true" className={`shrink-0 overflow-hidden text-center ${isWide ? 'w-28' : 'w-7'}`}>
        <Emote display={display} size="md" isSilent />
      </span>
      <span aria-hidden="true" className="w-10 shrink-0 text-right text-sm" data-count={display}>
        {formatCount(count)}
      </span>
      <ShareBar share={share} style={slotColor(slot)}>
        <span className="bg-ink w-hair absolute inset-y-0" style={{ left: `${threshold * 100}%` }} />
      </ShareBar>
      <span aria-hidden="true" className={`w-9 shrink-0 text-right text-xs ${isOver ? 'font-semibold' : 'text-soft'}`}>
        {formatShare(share)}
      </span>
    </li>
  );
}

function slotColor(slot: number): CSSProperties {
  return { backgroundColor: `var(--color-slot-${slot + 1})` };
}
