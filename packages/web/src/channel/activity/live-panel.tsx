import { useState } from 'react';
import { useChannel, useTally } from '@ovation/client/react';
import { useHeld } from '../../live/use-held.ts';
import { texts } from '../../texts.ts';
import { Bars, Pause, Play, Table } from '../../ui/icons.tsx';
import { PlainButton } from '../../ui/button.tsx';
import { formatCount, formatRate } from '../../ui/number-and-time.ts';
import { ChartTable } from './chart-table.tsx';
import { LiveChart } from './live-chart.tsx';
import { Swarm } from './swarm.tsx';
import { Tally } from './tally.tsx';
import { useSlots } from './use-slots.ts';

interface LivePanelProps {
  name: string;
  isPaused: boolean;
  onPause: (isPaused: boolean) => void;
}

/** The left half of the page: how many reactions, of which emotes, and how near to a moment. */
export function LivePanel({ name, isPaused, onPause }: LivePanelProps) {
  const [isTable, setTable] = useState(false);
  const view = useHeld(useChannel(name), isPaused);
  const tally = useHeld(useTally(name), isPaused);
  const slots = useSlots(view, tally.fiveMinutes);
  return (
    <section aria-labelledby="live-title" className="live min-w-0" data-stale={view.state === 'stale' || undefined}>
      <div className="flex h-14 items-end justify-between gap-2">
        <h2 id="live-title" className="sr-only">
          {texts.live.title}
        </h2>
        <Figures rate={tally.rate} total={tally.total} />
        <div className="flex shrink-0">
          <PlainButton look="quiet" onClick={() => setTable(!isTable)}>
            {isTable ? <Bars /> : <Table />}
            <span className="sr-only sm:not-sr-only">{isTable ? texts.live.showChart : texts.live.showTable}</span>
          </PlainButton>
          <PlainButton look="quiet" aria-pressed={isPaused} onClick={() => onPause(!isPaused)}>
            {isPaused ? <Play /> : <Pause />}
            <span className="sr-only sm:not-sr-only">{isPaused ? texts.live.resume : texts.live.pause}</span>
          </PlainButton>
        </div>
      </div>
      <Swarm name={name} isPaused={isPaused} />
      {isTable ? <ChartTable view={view} slots={slots} /> : <LiveChart view={view} slots={slots} isPaused={isPaused} />}
      <Tally view={view} slots={slots} tally={tally} />
    </section>
  );
}

function Figures({ rate, total }: { rate: number; total: number }) {
  return (
    <dl className="flex min-w-0 items-end gap-2 overflow-hidden xs:gap-3 sm:gap-6">
      <Figure id="rate" label={texts.live.rate} value={formatRate(rate)} size="text-3xl" />
      <Figure id="total" label={texts.live.total} value={formatCount(total)} size="text-xl" />
    </dl>
  );
}

function Figure({ id, label, value, size }: { id: string; label: string; value: string; size: string }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-soft text-xs whitespace-nowrap">{label}</dt>
      <dd data-figure={id} className={`font-serif ${size}`}>
        {value}
      </dd>
    </div>
  );
}
