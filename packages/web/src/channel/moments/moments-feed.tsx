import { useState, type CSSProperties } from 'react';
import { useChannel, useChannelStore, useMoments } from '@ovation/client/react';
import { useHeld } from '../../live/use-held.ts';
import { texts } from '../../texts.ts';
import { formatTime } from '../../ui/number-and-time.ts';
import { EmptyFeed } from './empty-feed.tsx';
import { learningSeconds } from './learning.ts';
import { MomentCard } from './moment-card.tsx';

interface MomentsFeedProps {
  name: string;
  /** what is shown stands still */
  isPaused: boolean;
  go: (channel: string) => void;
}

const SHOWN = 50;

export function MomentsFeed({ name, isPaused, go }: MomentsFeedProps) {
  const store = useChannelStore(name);
  const staleSince = useChannel(name, (view) => view.staleSince);
  const latest = useMoments(name, SHOWN);
  const moments = useHeld(latest, isPaused);
  const learning = useChannel(name, (view) => learningSeconds(view.series, view.moments.values()));
  const heldBack = latest.filter(({ id }) => !moments.some((shown) => shown.id === id)).length;
  const count = { '--count': moments.length } as CSSProperties; // a custom property is not in React's type
  // On a phone an empty channel begins with what to do next, not with an empty chart. Decided once: a page must not be
  // rearranged under the reader's thumb. The list then keeps to the space of the empty feed.
  const [isFirst] = useState(() => moments.length === 0 && store.get().total === 0);
  const place = isFirst ? 'feed-first' : '';
  return (
    <section aria-labelledby="moments-title" className={`feed min-w-0 ${place}`}>
      <div className="border-line flex h-14 items-end justify-between gap-3 border-b pb-2">
        <h2 id="moments-title" className="text-xl">
          {texts.moments.title}
        </h2>
        <p className={`min-w-0 flex-1 text-right text-sm ${staleSince === undefined ? 'text-soft' : 'text-alert'}`}>
          {noteOf({ count: moments.length, heldBack, learning, staleSince })}
        </p>
      </div>
      {moments.length === 0 ? (
        <EmptyFeed name={name} go={go} />
      ) : (
        <div className="feed-scroll" tabIndex={0} role="group" aria-labelledby="moments-title">
          <ol className="feed-list relative" style={count}>
            {moments.map((moment, index) => (
              <MomentCard key={moment.id} moment={moment} index={index} />
            ))}
          </ol>
        </div>
      )}
    </section>
  );
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
