import { useEffect, useState } from 'react';
import { emoteKey } from '@ovation/protocol';
import { useChannel, useChannelStore } from '../live/use-channel.ts';
import { texts } from '../texts.ts';
import { displayOf } from '../ui/emote-text.ts';
import { useAppearance } from '../ui/use-appearance.ts';
import { MoreEmotes } from './more-emotes.tsx';
import { OfflineNotice } from './offline-notice.tsx';
import { ReactButton } from './react-button.tsx';

const IN_BAR = 8;
const LIMITED_SHOWN_MS = 1_500;

/** Always in thumb reach: the allowed emotes. A tap is one reaction, holding is a stream. */
export function ReactionBar({ name }: { name: string }) {
  const store = useChannelStore(name);
  const view = useChannel(name, (all) => all);
  const { shortcuts } = useAppearance();
  const [isLimited, noteLimit] = useBriefly();
  const isOffline = view.state !== 'live';
  const keys = [...new Set((view.settings?.allowedEmotes ?? []).map(emoteKey))].filter((key) => key !== undefined);
  const fits = keys.length <= IN_BAR ? IN_BAR : IN_BAR - 1;
  const react = (key: string) => {
    if (store.react(key) === 0) noteLimit();
  };
  const button = (key: string, shortcut?: string) => (
    <ReactButton
      key={key}
      display={displayOf(view, key)}
      own={view.own.get(key) ?? 0}
      isDisabled={isOffline}
      shortcut={shortcut}
      react={() => react(key)}
    />
  );
  const own = [...view.own.values()].reduce((sum, count) => sum + count, 0);
  return (
    <section aria-labelledby="react-title" className="frame-bar">
      <OfflineNotice />
      <h2 id="react-title" className="sr-only">
        {texts.react.title}
      </h2>
      <div className="max-w-page relative mx-auto px-3 pt-1.5">
        <div className="mx-auto grid w-full max-w-xl grid-cols-4 gap-0.5 xs:grid-cols-8">
          {keys.slice(0, fits).map((key, index) => button(key, shortcuts ? String(index + 1) : undefined))}
          {keys.length > fits && (
            <MoreEmotes count={keys.length - fits}>{keys.slice(fits).map((key) => button(key))}</MoreEmotes>
          )}
        </div>
        <p className="text-soft flex h-7 items-center justify-center gap-4 overflow-hidden text-xs whitespace-nowrap">
          <Hint isOffline={isOffline && view.state !== 'loading'} isLimited={isLimited} shortcuts={shortcuts} />
          <span data-own-total>{own > 0 && texts.react.own(own)}</span>
        </p>
      </div>
    </section>
  );
}

interface HintProps {
  isOffline: boolean;
  isLimited: boolean;
  shortcuts: boolean;
}

function Hint({ isOffline, isLimited, shortcuts }: HintProps) {
  if (isOffline) return <span className="text-alert">{texts.react.offline}</span>;
  if (isLimited) return <span className="text-alert">{texts.react.limited}</span>;
  return (
    <>
      <span>{texts.react.hint}</span>
      {shortcuts && <span className="hidden sm:inline">{texts.react.keys}</span>}
    </>
  );
}

/** True for a moment after each call. */
function useBriefly(): [boolean, () => void] {
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (count === 0) return undefined;
    const timer = setTimeout(() => setCount(0), LIMITED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [count]);
  return [count > 0, () => setCount((before) => before + 1)];
}
