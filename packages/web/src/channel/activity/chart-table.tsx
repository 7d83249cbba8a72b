import type { ChannelView } from '@ovation/client';
import { texts } from '../../texts.ts';
import { displayOf } from '../../ui/emote-text.ts';
import { Emote } from '../../ui/emote.tsx';
import { formatCount, formatTimeWithSeconds } from '../../ui/number-and-time.ts';
import { stackSeries } from './stacks.ts';
import { StaleNote } from './stale-note.tsx';

const STEP_SECONDS = 10;

/** The chart's twin: the same numbers to read, hear and copy. */
export function ChartTable({ view, slots }: { view: ChannelView; slots: readonly string[] }) {
  const stacks = stackSeries(view.series, slots, STEP_SECONDS);
  const rows = stacks.starts.map((_, bin) => bin).toReversed();
  return (
    <>
      <div
        className="plot-space border-line overflow-auto border-y"
        tabIndex={0}
        role="group"
        aria-label={texts.live.tableCaption}
      >
        <table className="w-full text-sm">
          <caption className="sr-only">{texts.live.tableCaption}</caption>
          <thead className="bg-paper text-soft sticky top-0 text-xs">
            <tr>
              <Head>{texts.live.time}</Head>
              <Head>{texts.live.all}</Head>
              {slots.map((key) => (
                <Head key={key}>
                  <Emote display={displayOf(view, key)} size="sm" />
                </Head>
              ))}
              <Head>{texts.live.other}</Head>
            </tr>
          </thead>
          <tbody>
            {rows.map((bin) => (
              <tr key={stacks.starts[bin]} className="border-line border-t">
                <th scope="row" className="py-1 pr-3 text-left font-normal">
                  {formatTimeWithSeconds((stacks.starts[bin] ?? 0) * 1000)}
                </th>
                <Cell count={stacks.totals[bin] ?? 0} />
                {stacks.layers.map((layer, slot) => (
                  <Cell key={slots[slot] ?? 'other'} count={layer[bin] ?? 0} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="h-readout flex items-center text-xs">
        {view.staleSince !== undefined && <StaleNote since={view.staleSince} />}
      </p>
    </>
  );
}

function Head({ children }: { children: React.ReactNode }) {
  return (
    <th scope="col" className="px-2 py-2 text-right font-normal first:pr-3 first:pl-0 first:text-left">
      {children}
    </th>
  );
}

function Cell({ count }: { count: number }) {
  return <td className={`px-2 py-1 text-right ${count === 0 ? 'text-soft' : ''}`}>{formatCount(count)}</td>;
}
