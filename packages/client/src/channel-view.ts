import type { ChannelEvent, ChannelSnapshot, EventFrame, ChannelSettings, Moment } from '@ovation/protocol';
import type { FeedStatus } from './feed-types.ts';
import { EMPTY_SERIES, type Series } from './series.ts';

export type ChannelState = FeedStatus;

export type LiveBroadcast = NonNullable<ChannelSnapshot['broadcast']>;

/** What is known of a channel. Immutable: parts that did not change keep their identity from one view to the next. */
export interface ChannelView {
  readonly name: string;
  readonly state: ChannelState;
  /** while `stale`: since when, unix ms by the server's clock */
  readonly staleSince: number | undefined;
  readonly refusal: { readonly code: number; readonly message: string } | undefined;
  readonly settings: ChannelSettings | undefined;
  /** by id, newest first; the latest revision of each. A moment keeps its place when its revision rises. */
  readonly moments: ReadonlyMap<string, Moment>;
  /** how an emote key is shown in this channel */
  readonly emotes: ReadonlyMap<string, string>;
  /** reactions of everybody, as the server counts them */
  readonly series: Series;
  /** reactions sent from here since the page was opened, by emote key; shown before the server has counted them */
  readonly own: ReadonlyMap<string, number>;
  /** connections that watch */
  readonly occ: number;
  /** reactions are counted, but the server finds no moments in them at present: they come later */
  readonly isStalled: boolean;
  readonly broadcast: LiveBroadcast | null;
  /** reactions in the series, the last five minutes */
  readonly total: number;
}

export function emptyView(name: string): ChannelView {
  return {
    name,
    state: 'loading',
    staleSince: undefined,
    refusal: undefined,
    settings: undefined,
    moments: new Map(),
    emotes: new Map(),
    series: EMPTY_SERIES,
    own: new Map(),
    occ: 0,
    isStalled: false,
    broadcast: null,
    total: 0,
  };
}

/** Older ones fall out; the page links to none of them. */
const MOMENTS_KEPT = 200;

/** The view after one event of the channel's feed. Revisions and versions that are not newer change nothing. */
export function applyEvent(view: ChannelView, event: ChannelEvent | EventFrame): ChannelView {
  switch (event.y) {
    case 'moment':
      return { ...view, moments: withMoment(view.moments, event.d) };
    case 'settings':
      return isOlder(event.d, view.settings) ? view : { ...view, settings: event.d };
    case 'broadcast':
      return { ...view, broadcast: broadcastAfter(view.broadcast, event.d) };
    case 'channel':
      return event.d.state === 'deleted' ? { ...view, moments: new Map(), broadcast: null, own: new Map() } : view;
    default:
      return view;
  }
}

function isOlder(next: ChannelSettings, known: ChannelSettings | undefined): boolean {
  return known !== undefined && next.version < known.version;
}

function broadcastAfter(
  live: LiveBroadcast | null,
  next: Extract<ChannelEvent, { y: 'broadcast' }>['d'],
): LiveBroadcast | null {
  if (next.endedAt === null) return { id: next.id, title: next.title, startedAt: next.startedAt };
  return live?.id === next.id ? null : live;
}

function withMoment(moments: ReadonlyMap<string, Moment>, moment: Moment): ReadonlyMap<string, Moment> {
  const known = moments.get(moment.id);
  if (known && known.rev >= moment.rev) return moments;
  const entries = known
    ? [...moments].map(([id, other]): [string, Moment] => (id === moment.id ? [id, moment] : [id, other]))
    : [[moment.id, moment] as [string, Moment], ...moments];
  return new Map(entries.slice(0, MOMENTS_KEPT));
}
