import { Suspense, lazy, useState } from 'react';
import type { ChannelView } from '@ovation/client';
import { useChannel } from '../live/use-channel.ts';
import { Announcer } from './announcer.tsx';
import { Header } from './header.tsx';
import { LivePanel } from './live-panel.tsx';
import { MomentsFeed } from './moments-feed.tsx';
import { PageSkeleton } from './page-skeleton.tsx';
import { ReactionBar } from './reaction-bar.tsx';
import { UnknownChannel } from './unknown-channel.tsx';

const loadDrawer = () => import('../settings/settings-drawer.tsx');
const SettingsDrawer = lazy(() => loadDrawer().then((module) => ({ default: module.SettingsDrawer })));

interface ChannelPageProps {
  name: string;
  go: (channel: string) => void;
}

/** One channel: header, live chart, moments, reaction bar. */
export function ChannelPage({ name, go }: ChannelPageProps) {
  const view = useChannel(name, (all) => all);
  const [held, setHeld] = useState<ChannelView>();
  const [isOpen, setOpen] = useState(false);
  const [wasOpened, setOpened] = useState(false);
  const openSettings = () => {
    setOpened(true);
    setOpen(true);
  };
  return (
    <div className="frame">
      <Header name={name} go={go} openSettings={view.settings && isKnown(view) ? openSettings : undefined} />
      <main className="frame-main">
        <Content view={view} held={held} hold={setHeld} go={go} />
      </main>
      {isKnown(view) && <ReactionBar name={name} />}
      <Announcer moments={view.moments} />
      {wasOpened && (
        <Suspense>
          <SettingsDrawer name={name} isOpen={isOpen} close={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

interface ContentProps {
  view: ChannelView;
  /** what stood there when the viewer paused */
  held: ChannelView | undefined;
  hold: (view: ChannelView | undefined) => void;
  go: (channel: string) => void;
}

function Content({ view, held, hold, go }: ContentProps) {
  if (!isKnown(view)) return <UnknownChannel view={view} go={go} />;
  if (!view.settings) return <PageSkeleton />;
  const shown = held ?? view;
  const heldBack = held ? [...view.moments.keys()].filter((id) => !held.moments.has(id)).length : 0;
  return (
    <>
      <LivePanel view={shown} isPaused={held !== undefined} onPause={(pause) => hold(pause ? view : undefined)} />
      <MomentsFeed view={shown} heldBack={heldBack} go={go} />
    </>
  );
}

function isKnown(view: ChannelView): boolean {
  return view.state !== 'unknown' && view.state !== 'refused';
}
