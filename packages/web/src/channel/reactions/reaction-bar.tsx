import { useCallback, useEffect, useRef, useState } from 'react';
import { emoteKey } from '@ovation/protocol';
import { useChannel, useChannelStore } from '@ovation/client/react';
import { texts } from '../../texts.ts';
import { displayOf } from '../../ui/emote-text.ts';
import { useAppearance } from '../../ui/use-appearance.ts';
import { MoreEmotes } from './more-emotes.tsx';
import { OfflineNotice } from './offline-notice.tsx';
import { ReactButton } from './react-button.tsx';
import { StalledNotice } from './stalled-notice.tsx';

const NONE: readonly string[] = [];
const IN_BAR = 8;
const LIMITED_SHOWN_MS = 1_500;

/** Always in thumb reach: the allowed emotes. A tap is one reaction, holding is a stream. */
export function ReactionBar({ name }: { name: string }) {
  const store = useChannelStore(name);
  const state = useChannel(name, (view) => view.state);
  const own = useChannel(name, (view) => view.own);
  const emotes = useChannel(name, (view) => view.emotes);
  const allowed = useChannel(name, (view) => view.settings?.allowedEmotes ?? NONE);
  const { shortcuts } = useAppearance();
  const [isLimited, noteLimit] = useBriefly();
  const title = useRef<HTMLHeadingElement>(null);
  const focusTitle = useCallback(() => title.current?.focus(), []);
  const isOffline = state !== 'live';
  const keys = [...new Set(allowed.map(emoteKey))].filter((key) => key !== undefined);
  const fits = keys.length <= IN_BAR ? IN_BAR : IN_BAR - 1;
  const react = (key: string) => {
    if (store.react(key) === 0) noteLimit();
  };
  const button = (key: string, shortcut?: string) => (
    <ReactButton
      key={key}
      display={displayOf({ emotes }, key)}
      own={own.get(key) ?? 0}
      isDisabled={isOffline}
      shortcut={shortcut}
      react={() => react(key)}
    />
  );
  const ownTotal = [...own.values()].reduce((sum, count) => sum + count, 0);
  return (
    <section aria-labelledby="react-title" className="frame-bar">
      <OfflineNotice focusNext={focusTitle} />
      <StalledNotice name={name} />
      <h2 id="react-title" ref={title} tabIndex={-1} className="sr-only">
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
          <Hint isOffline={isOffline && state !== 'loading'} isLimited={isLimited} shortcuts={shortcuts} />
          <span data-own-total>{ownTotal > 0 && texts.react.own(ownTotal)}</span>
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
