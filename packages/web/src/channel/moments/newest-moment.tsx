import { useMoments } from '@ovation/client/react';
import { useHeld } from '../../live/use-held.ts';
import { texts } from '../../texts.ts';
import { MomentBody } from './moment-card.tsx';
import { eventsOf } from './moment-events.ts';

/** So many are looked at for the newest one that did not fade. */
const LOOKED_AT = 10;

/**
 * The newest moment above everything else where the feed is below the fold. Its place is there before the first one, so
 * nothing moves when it comes. Screen readers have the feed and its announcements.
 */
export function NewestMoment({ name, isPaused }: { name: string; isPaused: boolean }) {
  const moments = useHeld(useMoments(name, LOOKED_AT), isPaused);
  const [newest] = eventsOf(moments).events;
  return (
    <section aria-hidden="true" className="bg-blush h-card flex gap-4 rounded-md px-3 py-2 lg:hidden" data-newest>
      {newest ? (
        <MomentBody key={newest.moment.id} moment={newest.moment} shares={newest.shares} />
      ) : (
        <p className="text-soft self-center text-sm">{texts.moments.none}</p>
      )}
    </section>
  );
}
