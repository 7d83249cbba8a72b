import { Suspense, lazy, useState } from 'react';
import type { ChannelState } from '@ovation/client';
import { useChannel, useChannelStore } from '@ovation/client/react';
import { Announcer } from '../channel/moments/announcer.tsx';
import { Header } from './header.tsx';
import { LivePanel } from '../channel/activity/live-panel.tsx';
import { MomentsFeed } from '../channel/moments/moments-feed.tsx';
import { NewestMoment } from '../channel/moments/newest-moment.tsx';
import { PageSkeleton } from './page-skeleton.tsx';
import { ReactionBar } from '../channel/reactions/reaction-bar.tsx';
import { UnknownChannel } from './unknown-channel.tsx';

const loadDrawer = () => import('../settings/settings-drawer.tsx');
const SettingsDrawer = lazy(() => loadDrawer().then((module) => ({ default: module.SettingsDrawer })));

interface ChannelPageProps {
  name: string;
  go: (channel: string) => void;
}

/** One channel: header, live chart, moments, reaction bar. */
export function ChannelPage({ name, go }: ChannelPageProps) {
  const isKnown = useChannel(name, ({ state }) => isShown(state));
  const hasSettings = useChannel(name, ({ settings }) => settings !== undefined);
  const moments = useChannel(name, (view) => view.moments);
  const [isOpen, setOpen] = useState(false);
  const [wasOpened, setOpened] = useState(false);
  const openSettings = () => {
    setOpened(true);
    setOpen(true);
  };
  return (
    <div className="frame">
      <Header name={name} go={go} isKnown={isKnown} openSettings={hasSettings && isKnown ? openSettings : undefined} />
      <main className="frame-main">
        {!isKnown && <UnknownChannel name={name} go={go} />}
        {isKnown && !hasSettings && <PageSkeleton />}
        {isKnown && hasSettings && <Watching name={name} go={go} />}
      </main>
      {isKnown && <ReactionBar name={name} />}
      <Announcer moments={moments} />
      {wasOpened && (
        <Suspense>
          <SettingsDrawer name={name} isOpen={isOpen} close={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** What moves by itself, and the switch that makes it stand still. */
function Watching({ name, go }: ChannelPageProps) {
  const [isPaused, setPaused] = useState(false);
  const store = useChannelStore(name);
  // On a phone an empty channel begins with what to do next, not with an empty chart. Decided once: a page must not be
  // rearranged under the reader's thumb.
  const [isEmpty] = useState(() => store.get().moments.size === 0 && store.get().total === 0);
  return (
    <>
      {!isEmpty && <NewestMoment name={name} isPaused={isPaused} />}
      <LivePanel name={name} isPaused={isPaused} onPause={setPaused} />
      <MomentsFeed name={name} isPaused={isPaused} isFirst={isEmpty} go={go} />
    </>
  );
}

function isShown(state: ChannelState): boolean {
  return state !== 'unknown' && state !== 'refused';
}
