import { Suspense, lazy } from 'react';
import type { ConnectionState } from '@ovation/client';
import { useChannel, useConnectionState, useOccupancy } from '@ovation/client/react';
import { texts } from '../texts.ts';
import { PlainButton, buttonClass } from '../ui/button.tsx';
import { ChevronDown, Eye, Mark, People, Sliders } from '../ui/icons.tsx';
import { formatCount } from '../ui/number-and-time.ts';

// The menus' code comes beside the page; until then buttons of the same size keep the place.
const loadMenus = import('./header-menus.tsx');
const ChannelMenu = lazy(() => loadMenus.then((menus) => ({ default: menus.ChannelMenu })));
const ViewMenu = lazy(() => loadMenus.then((menus) => ({ default: menus.ViewMenu })));

interface HeaderProps {
  name: string;
  go: (channel: string) => void;
  openSettings: (() => void) | undefined;
  /** whether there is such a channel */
  isKnown: boolean;
}

export function Header({ name, go, openSettings, isKnown }: HeaderProps) {
  return (
    <header className="frame-header">
      <div className="frame-header-row">
        <Mark className="text-accent size-7" />
        <h1 className="font-serif text-xl xs:not-sr-only sr-only">{texts.product}</h1>
        <Suspense fallback={<ChannelPlaceholder name={name} />}>
          <ChannelMenu name={name} go={go} />
        </Suspense>
        <span className="flex-1" />
        <Suspense fallback={<ViewPlaceholder />}>
          <ViewMenu />
        </Suspense>
        <PlainButton look="quiet" onClick={openSettings} disabled={!openSettings} aria-haspopup="dialog">
          <Sliders />
          <span className="sr-only sm:not-sr-only">{texts.header.settings}</span>
        </PlainButton>
      </div>
      <Subheader name={name} isKnown={isKnown} />
    </header>
  );
}

function ChannelPlaceholder({ name }: { name: string }) {
  return (
    <span className={buttonClass('quiet', 'min-w-0 shrink')}>
      <span className="truncate font-semibold">{name}</span>
      <ChevronDown className="size-4" />
    </span>
  );
}

function ViewPlaceholder() {
  return (
    <span className={buttonClass('quiet')}>
      <Eye />
    </span>
  );
}

/** Two different things: whether this page is connected, and whether the channel is on air. */
function Subheader({ name, isKnown }: Pick<HeaderProps, 'name' | 'isKnown'>) {
  const occ = useOccupancy(name);
  const broadcast = useChannel(name, (view) => view.broadcast);
  return (
    <div className="frame-subheader">
      <ConnectionBadge />
      <p className="min-w-0 flex-1 truncate" dir="auto">
        {broadcast && <span className="text-ink">{texts.header.onAir(broadcast.title)}</span>}
        {!broadcast && isKnown && texts.header.noBroadcast}
      </p>
      {isKnown && (
        <p className="flex shrink-0 items-center gap-1.5" data-occ>
          <People className="size-4" />
          <span aria-hidden="true">{formatCount(occ)}</span>
          <span className="sr-only">{texts.header.watching(occ)}</span>
        </p>
      )}
    </div>
  );
}

const badges: Record<ConnectionState['kind'], { text: string; color: string; shape: string }> = {
  live: { text: texts.connection.live, color: 'text-good', shape: 'rounded-full bg-current' },
  connecting: { text: texts.connection.connecting, color: 'text-soft', shape: 'rounded-full border-2 border-current' },
  waiting: { text: texts.connection.waiting, color: 'text-alert', shape: 'bg-current' },
  closed: { text: texts.connection.closed, color: 'text-alert', shape: 'bg-current' },
};

/** State by word and by shape: a dot, a ring, a square. */
function ConnectionBadge() {
  const { text, color, shape } = badges[useConnectionState().kind];
  return (
    <p className={`flex w-28 shrink-0 items-center gap-2 font-semibold ${color}`} data-connection>
      <span aria-hidden="true" className={`size-2 ${shape}`} />
      {text}
    </p>
  );
}
