import type { CSSProperties } from 'react';
import { useChannel, useMoments } from '@ovation/client/react';
import { useHeld } from '../../live/use-held.ts';
import { texts } from '../../texts.ts';
import { formatTime } from '../../ui/number-and-time.ts';
import { EmptyFeed } from './empty-feed.tsx';
import { learningSeconds } from './learning.ts';
import { MomentCard } from './moment-card.tsx';
import { eventsOf } from './moment-events.ts';

interface MomentsFeedProps {
  name: string;
  /** what is shown stands still */
  isPaused: boolean;
  /** on a phone it stands above the chart */
  isFirst: boolean;
  go: (channel: string) => void;
}

const SHOWN = 50;

export function MomentsFeed({ name, isPaused, isFirst, go }: MomentsFeedProps) {
  const staleSince = useChannel(name, (view) => view.staleSince);
  const latest = useMoments(name, SHOWN);
  const moments = useHeld(latest, isPaused);
  const learning = useChannel(name, (view) => learningSeconds(view.series, view.moments.values()));
  const heldBack = latest.filter(({ id }) => !moments.some((shown) => shown.id === id)).length;
  const { events, faded } = eventsOf(moments);
  // Where it is first, the list keeps to the space of the empty feed.
  const place = isFirst ? 'feed-first' : '';
  return (
    <section aria-labelledby="moments-title" className={`feed min-w-0 ${place}`}>
      <div className="border-line flex h-14 items-end justify-between gap-3 border-b pb-2">
        <h2 id="moments-title" className="text-xl">
          {texts.moments.title}
        </h2>
        <p className={`min-w-0 flex-1 text-right text-sm ${staleSince === undefined ? 'text-soft' : 'text-alert'}`}>
          {noteOf({ count: events.length + faded.length, heldBack, learning, staleSince })}
        </p>
      </div>
      {moments.length === 0 ? (
        <EmptyFeed name={name} go={go} />
      ) : (
        <div className="feed-scroll" tabIndex={0} role="group" aria-labelledby="moments-title">
          <ol className="feed-list relative" style={heightOf(events.length)}>
            {events.map(({ moment, shares }, index) => (
              <MomentCard key={moment.id} moment={moment} shares={shares} index={index} />
            ))}
          </ol>
          {faded.length > 0 && (
            <details>
              <summary className="text-soft cursor-pointer py-3 text-sm">
                {texts.moments.fadedCount(faded.length)}
              </summary>
              <ol className="feed-list relative" style={heightOf(faded.length)}>
                {faded.map((moment, index) => (
                  <MomentCard key={moment.id} moment={moment} index={index} />
                ))}
              </ol>
            </details>
          )}
        </div>
      )}
    </section>
  );
}

/** The cards lie above each other by transforms, so their list is told its height. */
function heightOf(count: number): CSSProperties {
  return { '--count': count } as CSSProperties; // a custom property is not in React's type
}

interface Noted {
  count: number;
  heldBack: number;
  /** seconds until the audience is known */
  learning: number;
  staleSince: number | undefined;
}

function noteOf({ count, heldBack, learning, staleSince }: Noted): string {
  if (staleSince !== undefined) return texts.moments.asOf(formatTime(staleSince));
  if (heldBack > 0) return texts.moments.held(heldBack);
  if (learning > 0) return texts.moments.learning(learning);
  return count > 0 ? texts.moments.newest(count, SHOWN) : '';
}
