import { type CSSProperties, useState } from 'react';
import type { Moment, MomentReasons } from '@ovation/protocol';
import { texts } from '../../texts.ts';
import { Emote } from '../../ui/emote.tsx';
import { formatShare, formatTime, formatTimeWithSeconds } from '../../ui/number-and-time.ts';
import { ShareBar } from '../../ui/share-bar.tsx';
import { faceOf, lookOf, type MomentMark, namedReactions, spanOf } from '../activity/moment-marks.ts';

interface MomentCardProps {
  moment: Moment;
  /** moments of single emotes in the time of a rise of the whole audience */
  shares?: readonly Moment[];
  index: number;
}

/** One event. All cards are equally high: the list moves them by transforms, so nothing jumps when one arrives. */
export function MomentCard({ moment, shares = [], index }: MomentCardProps) {
  const place = { '--index': index } as CSSProperties; // a custom property is not in React's type
  return (
    <li
      className="card border-line h-card absolute inset-x-0 top-0 flex gap-4 border-b py-3"
      style={place}
      data-moment={moment.id}
      data-detector={moment.detector}
    >
      <MomentBody moment={moment} shares={shares} />
    </li>
  );
}

/** What a moment says, in a row as high as a card. */
export function MomentBody({ moment, shares }: Omit<Required<MomentCardProps>, 'index'>) {
  const { seconds, start } = spanOf(moment);
  const { reasons } = moment;
  const face = faceOf(moment);
  const end = start + seconds * 1000;
  return (
    <>
      <span className="grid w-12 shrink-0 place-items-center overflow-hidden">
        {face === '' ? <Surge /> : <Emote display={face} size="lg" />}
      </span>
      <div className="flex min-w-0 flex-1 flex-col justify-between">
        <p className="flex items-baseline justify-between gap-3 text-sm">
          <time className="truncate" dateTime={new Date(start).toISOString()}>
            {reasons
              ? texts.moments.window(formatTimeWithSeconds(start), formatTimeWithSeconds(end))
              : texts.moments.window(formatTime(start), formatTime(end))}
          </time>
          <Look look={lookOf(moment)} />
        </p>
        {reasons ? <SurgeReasons reasons={reasons} shares={shares} /> : <Share moment={moment} />}
      </div>
    </>
  );
}

/** One emote's share of its minute, and the largest that this page has seen: a minute that goes on thins it out. */
function Share({ moment }: { moment: Moment }) {
  const [peak, setPeak] = useState(moment.ratio);
  if (moment.ratio > peak) setPeak(moment.ratio);
  const fill = lookOf(moment) === 'faded' ? 'bg-edge' : 'bg-accent';
  return (
    <>
      <p className="flex items-center gap-3">
        <span className="font-serif text-xl">{formatShare(moment.ratio)}</span>
        <ShareBar share={moment.ratio} fill={fill} />
      </p>
      <p className="text-soft truncate text-sm">
        {texts.moments.ofReactions(moment.count, moment.total)}
        {formatShare(peak) !== formatShare(moment.ratio) && ` · ${texts.moments.peak(peak)}`}
      </p>
    </>
  );
}

/** Why the whole audience rose: what kind it is, how far, and what they said. Samples are text of users: never markup. */
function SurgeReasons({ reasons, shares }: { reasons: MomentReasons; shares: readonly Moment[] }) {
  const { authors, flags, kind, messages, rate, reactors, samples } = reasons;
  const others = namedReactions(reasons).slice(1);
  const said = samples.map(({ text }) => text);
  const people = texts.moments.people(authors, messages, reactors);
  return (
    <>
      <p className="flex items-baseline gap-3 overflow-hidden">
        <span className="font-serif text-xl whitespace-nowrap">
          {flags[0] === undefined ? texts.moments.kinds[kind] : texts.moments.flag(flags[0])}
        </span>
        <span className="flex h-6 min-w-0 flex-wrap items-center gap-1 overflow-hidden">
          {others.map((reaction) => (
            <Emote key={reaction} display={reaction} size="sm" />
          ))}
          {shares.map(({ display, id, ratio }) => (
            <span
              key={id}
              className="text-soft text-xs"
              title={texts.moments.alsoShare(texts.emoteName(display), ratio)}
            >
              {texts.moments.share(display, ratio)}
            </span>
          ))}
        </span>
        <span className="text-soft ml-auto text-sm whitespace-nowrap" title={people}>
          {texts.moments.rate(rate.peak, rate.base)}
        </span>
      </p>
      <p className="text-soft truncate text-sm" dir="auto" title={said.length > 0 ? said.join('\n') : undefined}>
        {said.length > 0 ? texts.moments.said(said) : people}
      </p>
    </>
  );
}

/** Where no reaction stands out. */
function Surge() {
  return (
    <svg role="img" aria-label={texts.moments.surge} viewBox="0 0 24 24" className="text-accent size-8" fill="none">
      <path d="M2 19h5l4-14 4 14h7" stroke="currentColor" strokeWidth="1.75" strokeLinejoin="round" />
    </svg>
  );
}

const WORDS: Readonly<Record<MomentMark['look'], string>> = {
  rising: texts.moments.rising,
  final: texts.moments.final,
  faded: texts.moments.faded,
};

function Look({ look }: { look: MomentMark['look'] }) {
  const color = look === 'rising' ? 'text-accent' : 'text-soft';
  return (
    <span
      className={`flex min-w-0 items-center gap-1.5 text-xs ${color}`}
      title={look === 'faded' ? texts.moments.fadedNote : undefined}
    >
      <Diamond look={look} />
      <span className="truncate">{WORDS[look]}</span>
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
