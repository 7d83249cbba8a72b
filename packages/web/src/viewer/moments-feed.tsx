import { useState, type CSSProperties } from 'react';
import type { ChannelView } from '@ovation/client';
import { texts } from '../texts.ts';
import { EmptyFeed } from './empty-feed.tsx';
import { MomentCard } from './moment-card.tsx';

interface MomentsFeedProps {
  /** what is shown; stands still while paused */
  view: ChannelView;
  /** moments that came while paused */
  heldBack: number;
  go: (channel: string) => void;
}

const SHOWN = 50;

export function MomentsFeed({ view, heldBack, go }: MomentsFeedProps) {
  const moments = [...view.moments.values()].slice(0, SHOWN);
  const count = { '--count': moments.length } as CSSProperties; // a custom property is not in React's type
  // On a phone an empty channel begins with what to do next, not with an empty chart. Decided once: a page must not be
  // rearranged under somebody's thumb. The list then keeps to the space of the empty feed.
  const [isFirst] = useState(moments.length === 0 && view.total === 0);
  const place = isFirst ? 'feed-first' : '';
  return (
    <section aria-labelledby="moments-title" className={`feed min-w-0 ${place}`}>
      <div className="border-line flex h-14 items-end justify-between gap-3 border-b pb-2">
        <h2 id="moments-title" className="text-xl">
          {texts.moments.title}
        </h2>
        <p className="text-soft text-sm">
          {heldBack > 0 ? texts.moments.held(heldBack) : moments.length > 0 && texts.moments.newest(view.moments.size)}
        </p>
      </div>
      {moments.length === 0 ? (
        <EmptyFeed view={view} go={go} />
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
