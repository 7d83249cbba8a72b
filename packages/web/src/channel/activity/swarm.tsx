import { useEffect, useRef } from 'react';
import type { ChannelView } from '@ovation/client';
import { useChannel, useChannelStore, useOnTick } from '@ovation/client/react';
import { useHeld } from '../../live/use-held.ts';
import { texts } from '../../texts.ts';
import { displayOf } from '../../ui/emote-text.ts';
import { Emote } from '../../ui/emote.tsx';
import { formatCount } from '../../ui/number-and-time.ts';
import { useAppearance } from '../../ui/use-appearance.ts';
import { useThemeChange } from '../../ui/use-theme-change.ts';
import { recentCounts } from './stacks.ts';
import { SwarmCanvas } from './swarm-canvas.ts';

interface SwarmProps {
  name: string;
  isPaused: boolean;
}

/**
 * The reactions of this moment: emotes that float by, or plain counts for viewers who want nothing to move. It is hidden
 * from screen readers, because the tally below says the same in numbers.
 */
export function Swarm({ name, isPaused }: SwarmProps) {
  const { isMoving } = useAppearance();
  return (
    <div className="stage" aria-hidden="true" data-swarm={isMoving ? 'moving' : 'calm'}>
      {isMoving ? <Floating name={name} isPaused={isPaused} /> : <Counts name={name} isPaused={isPaused} />}
    </div>
  );
}

function Floating({ name, isPaused }: SwarmProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const swarm = useRef<SwarmCanvas>(undefined);
  const store = useChannelStore(name);
  useEffect(() => {
    if (!canvas.current) return undefined;
    const made = new SwarmCanvas(canvas.current, (key) => displayOf(store.get(), key));
    swarm.current = made;
    return () => {
      made[Symbol.dispose]();
      swarm.current = undefined;
    };
  }, [store]);
  useEffect(() => swarm.current?.pause(isPaused), [isPaused]);
  useThemeChange(() => swarm.current?.restyle());
  useOnTick(name, ({ counts }) => swarm.current?.add(counts));
  return <canvas ref={canvas} className="size-full" />;
}

const RECENT_SECONDS = 10;
const SHOWN = 8;

/** Changes once a second at most. */
function Counts({ name, isPaused }: SwarmProps) {
  const live = useChannel(name, recent, isSame);
  const emotes = useChannel(name, (view) => view.emotes);
  const counts = useHeld(live, isPaused);
  return (
    <p className="stage-calm">
      <span>{texts.swarm.recent(RECENT_SECONDS)}</span>
      {counts.length === 0 && <span>{texts.swarm.none}</span>}
      {counts.map(([key, count]) => (
        <span key={key} className="text-ink inline-flex items-center gap-1">
          <Emote display={displayOf({ emotes }, key)} isSilent />
          {formatCount(count)}
        </span>
      ))}
    </p>
  );
}

type RecentCounts = readonly (readonly [key: string, count: number])[];

function recent({ series }: ChannelView): RecentCounts {
  return recentCounts(series, RECENT_SECONDS).slice(0, SHOWN);
}

function isSame(one: RecentCounts, other: RecentCounts): boolean {
  return (
    one.length === other.length && one.every(([key, count], at) => key === other[at]?.[0] && count === other[at][1])
  );
}
