import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { ChannelView } from '@ovation/client';
import { texts } from '../../texts.ts';
import { displayOf } from '../../ui/emote-text.ts';
import { formatRate, formatTimeWithSeconds } from '../../ui/number-and-time.ts';
import { Emote } from '../../ui/emote.tsx';
import { marksOf } from './moment-marks.ts';
import { StaleNote } from './stale-note.tsx';
import { chooseBin, stackSeries, type Stacks } from './stacks.ts';
import { usePlot } from './use-plot.ts';

interface LiveChartProps {
  view: ChannelView;
  slots: readonly string[];
  isPaused: boolean;
}

const MINIMUM_BAR_PX = 1;

/** Five minutes of reactions as stacked bars. The cursor is moved by pointer or arrow keys, and read out below. */
export function LiveChart({ view, slots, isPaused }: LiveChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<number>();
  const [keyed, setKeyed] = useState<number>();
  const plot = usePlot(host, setHovered);
  const binSeconds = plot ? chooseBin(plot.width, Math.max(plot.barPx, MINIMUM_BAR_PX)) : 2;
  const stacks = useMemo(() => stackSeries(view.series, slots, binSeconds), [view.series, slots, binSeconds]);
  // The cursor stays on its second while the bars move on, until it falls out on the left.
  const keyedBin = keyed === undefined ? undefined : binAt(stacks, keyed);
  const bin = keyedBin ?? (hovered !== undefined && hovered < stacks.starts.length ? hovered : undefined);

  useEffect(() => {
    plot?.update(stacks, marksOf(view.moments.values(), stacks.starts[0] ?? 0));
    if (keyedBin !== undefined) plot?.point(keyedBin);
  }, [plot, stacks, view.moments, keyedBin]);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = binAfterKey(event.key, keyedBin, stacks.starts.length - 1);
    if (next === 'none') return;
    event.preventDefault();
    setKeyed(next === undefined ? undefined : stacks.starts[next]);
    plot?.point(next);
  };
  const leave = () => {
    setKeyed(undefined);
    plot?.point(undefined);
  };

  return (
    <div data-paused={isPaused || undefined}>
      <div
        ref={host}
        role="slider"
        tabIndex={0}
        aria-label={texts.live.chart}
        aria-describedby="chart-help"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, stacks.starts.length - 1)}
        aria-valuenow={bin ?? Math.max(0, stacks.starts.length - 1)}
        aria-valuetext={spokenBin(view, slots, stacks, bin ?? stacks.starts.length - 1)}
        className="plot-space relative overflow-hidden"
        onKeyDown={onKeyDown}
        onBlur={leave}
      />
      <p id="chart-help" className="sr-only">
        {texts.live.chartHelp}
      </p>
      <Readout view={view} slots={slots} stacks={stacks} bin={bin} />
    </div>
  );
}

interface ReadoutProps {
  view: ChannelView;
  slots: readonly string[];
  stacks: Stacks;
  bin: number | undefined;
}

function Readout({ view, slots, stacks, bin }: ReadoutProps) {
  const start = bin === undefined ? undefined : stacks.starts[bin];
  const line = 'text-soft flex h-readout items-center gap-3 overflow-hidden text-xs whitespace-nowrap';
  if (bin === undefined || start === undefined) return <p className={line}>{hintOf(view, stacks)}</p>;
  return (
    <p className={line} aria-hidden="true">
      <span>
        {texts.live.at(formatTimeWithSeconds(start * 1000), formatRate((stacks.totals[bin] ?? 0) / stacks.binSeconds))}
      </span>
      {slots.map((key, slot) => {
        const count = stacks.layers[slot]?.[bin] ?? 0;
        if (count === 0) return null;
        return (
          <span key={key} className="text-ink inline-flex items-center gap-1">
            <Emote display={displayOf(view, key)} size="sm" isSilent />
            {formatRate(count / stacks.binSeconds)}
          </span>
        );
      })}
    </p>
  );
}

function hintOf({ staleSince }: ChannelView, { binSeconds }: Stacks) {
  if (staleSince === undefined) return texts.live.hint(binSeconds);
  return <StaleNote since={staleSince} />;
}

function spokenBin(view: ChannelView, slots: readonly string[], stacks: Stacks, bin: number): string {
  const start = stacks.starts[bin];
  const total = stacks.totals[bin] ?? 0;
  if (start === undefined) return texts.live.chart;
  const time = formatTimeWithSeconds(start * 1000);
  if (total === 0) return texts.live.nothingAt(time);
  const parts = slots
    .map((key, slot) => [displayOf(view, key), stacks.layers[slot]?.[bin] ?? 0] as const)
    .filter(([, count]) => count > 0)
    .map(([display, count]) => `${texts.emoteName(display)} ${formatRate(count / stacks.binSeconds)}`);
  return [texts.live.at(time, formatRate(total / stacks.binSeconds)), ...parts].join(', ');
}

function binAt(stacks: Stacks, second: number): number | undefined {
  const first = stacks.starts[0];
  if (first === undefined || second < first) return undefined;
  return Math.min(stacks.starts.length - 1, Math.floor((second - first) / stacks.binSeconds));
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** @returns the next bin, undefined to take the cursor away, 'none' for keys that mean nothing here */
function binAfterKey(key: string, bin: number | undefined, last: number): number | undefined | 'none' {
  if (key === 'Escape') return undefined;
  const step = STEPS[key];
  if (step === undefined) return 'none';
  // The first arrow brings the cursor in at the newest bin.
  if (bin === undefined && Math.abs(step) === 1) return last;
  return Math.max(0, Math.min(last, (bin ?? last) + step));
}
