import type { CSSProperties } from 'react';
import type { Moment } from '@ovation/protocol';
import { texts } from '../texts.ts';
import { Emote } from '../ui/emote.tsx';
import { formatShare, formatTime } from '../ui/number-and-time.ts';
import { WINDOW_SECONDS, lookOf, type MomentMark } from './moment-marks.ts';

/** One moment. All cards are equally high: the list moves them by transforms, so nothing jumps when one arrives. */
export function MomentCard({ moment, index }: { moment: Moment; index: number }) {
  const from = Date.parse(moment.windowStart);
  const look = lookOf(moment);
  const place = { '--index': index } as CSSProperties; // a custom property is not in React's type
  return (
    <li
      className="card border-line h-card absolute inset-x-0 top-0 flex gap-4 border-b py-3"
      style={place}
      data-moment={moment.id}
    >
      <span className="grid w-12 shrink-0 place-items-center overflow-hidden">
        <Emote display={moment.display} size="lg" />
      </span>
      <div className="flex min-w-0 flex-1 flex-col justify-between">
        <p className="flex items-baseline justify-between gap-3 text-sm">
          <time dateTime={moment.windowStart}>
            {texts.moments.window(formatTime(from), formatTime(from + WINDOW_SECONDS * 1000))}
          </time>
          <Look moment={moment} look={look} />
        </p>
        <p className="flex items-center gap-3">
          <span className="font-serif text-xl">{formatShare(moment.ratio)}</span>
          <span aria-hidden="true" className="bg-sunken relative h-2 min-w-0 flex-1 overflow-hidden rounded-sm">
            <span
              className={`share-fill absolute inset-0 origin-left ${look === 'faded' ? 'bg-edge' : 'bg-accent'}`}
              style={{ transform: `scaleX(${moment.ratio})` }}
            />
          </span>
        </p>
        <p className="text-soft truncate text-sm">{texts.moments.ofReactions(moment.count, moment.total)}</p>
      </div>
    </li>
  );
}

function Look({ moment, look }: { moment: Moment; look: MomentMark['look'] }) {
  const color = look === 'rising' ? 'text-accent' : 'text-soft';
  return (
    <span
      className={`flex min-w-0 items-center gap-1.5 text-xs ${color}`}
      title={look === 'faded' ? texts.moments.fadedNote : undefined}
    >
      <Diamond look={look} />
      <span className="truncate">
        {look === 'rising'
          ? texts.moments.rising(moment.rev)
          : look === 'final'
            ? texts.moments.final
            : texts.moments.faded}
      </span>
    </span>
  );
}

/** The same sign as in the chart. */
function Diamond({ look }: { look: MomentMark['look'] }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 12 12"
      className="text-accent size-2.5 shrink-0"
      stroke="currentColor"
      strokeWidth="1.25"
    >
      <path d="m6 1 5 5-5 5-5-5z" fill={look === 'final' ? 'currentColor' : 'none'} />
      {look === 'faded' && <path d="M1 6h10" />}
    </svg>
  );
}
