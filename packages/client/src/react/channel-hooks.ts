import { useEffect, useEffectEvent, useMemo, useSyncExternalStore } from 'react';
import type { ChannelEvent, Moment } from '@ovation/protocol';
import type { ChannelStore, ChannelTick, EventOf } from '../channel-store.ts';
import { emptyView, type ChannelView } from '../channel-view.ts';
import { isSameTally, tallyOf, type Tally } from '../tally.ts';
import { useOvation } from './provider.ts';

/** The store of a channel, to react, to retry, to look without rendering. The channel is watched by the hooks below. */
export function useChannelStore(name: string): ChannelStore {
  return useOvation().channel(name);
}

/** All that is known of a channel. Renders with everything that changes; choose a part to render with that part only. */
export function useChannel(name: string): ChannelView;
/**
 * One part of it. Renders when `select` gives another value, by `Object.is`: a primitive, a part of the view (parts that
 * did not change keep their identity), or something new that `isEqual` compares.
 */
export function useChannel<T>(
  name: string,
  select: (view: ChannelView) => T,
  isEqual?: (one: T, other: T) => boolean,
): T;
export function useChannel<T>(
  name: string,
  select: (view: ChannelView) => T | ChannelView = whole,
  isEqual: (one: T, other: T) => boolean = Object.is,
): T | ChannelView {
  const store = useChannelStore(name);
  // `select` is only left out where T is the view itself.
  const { read, readEmpty } = useMemo(
    () => createReader(store, select as (view: ChannelView) => T, isEqual),
    [store, select, isEqual],
  );
  return useSyncExternalStore(store.subscribe, read, readEmpty);
}

/** Newest first, the latest revision of each; at most `limit`. The same list until one of them changes. */
export function useMoments(name: string, limit: number = Number.POSITIVE_INFINITY): readonly Moment[] {
  const moments = useChannel(name, momentsOf);
  return useMemo(() => [...moments.values()].slice(0, limit), [moments, limit]);
}

/** Reactions of everybody, summed up. The same object until a number changes. */
export function useTally(name: string): Tally {
  return useChannel(name, tallyOfView, isSameTally);
}

/** Connections that watch the channel. */
export function useOccupancy(name: string): number {
  return useChannel(name, occupancyOf);
}

/** Calls the listener with every event of a kind, once and in order. Does not render. */
export function useOnEvent<Y extends ChannelEvent['y']>(
  name: string,
  kind: Y,
  listener: (value: EventOf<Y>, seq: number) => void,
): void {
  const store = useChannelStore(name);
  const onEvent = useEffectEvent(listener);
  useEffect(() => store.on(kind, (value, seq) => onEvent(value, seq)), [store, kind]);
}

/** Calls the listener with what each tick added, up to five times a second. Does not render. */
export function useOnTick(name: string, listener: (tick: ChannelTick) => void): void {
  const store = useChannelStore(name);
  const onTick = useEffectEvent(listener);
  useEffect(() => store.onTick((tick) => onTick(tick)), [store]);
}

// Named, so that they are the same from render to render.
const whole = (view: ChannelView): ChannelView => view;
const momentsOf = (view: ChannelView) => view.moments;
const occupancyOf = (view: ChannelView) => view.occ;
const tallyOfView = (view: ChannelView) => tallyOf(view.series);

interface Reader<T> {
  read: () => T;
  /** what a server renders, and the first render in the browser that has to agree with it */
  readEmpty: () => T;
}

/** `useSyncExternalStore` asks often and must get the same answer while nothing changed. */
function createReader<T>(
  store: ChannelStore,
  select: (view: ChannelView) => T,
  isEqual: (one: T, other: T) => boolean,
): Reader<T> {
  const remember = () => {
    let last: { view: ChannelView; value: T } | undefined;
    return (view: ChannelView): T => {
      if (last?.view === view) return last.value;
      const value = select(view);
      last = { view, value: last && isEqual(last.value, value) ? last.value : value };
      return last.value;
    };
  };
  const chosen = remember();
  const chosenEmpty = remember();
  const empty = emptyView(store.name);
  return { read: () => chosen(store.get()), readEmpty: () => chosenEmpty(empty) };
}
