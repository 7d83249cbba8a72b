import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { texts } from '../../texts.ts';
import { Emote } from '../../ui/emote.tsx';
import { formatCount } from '../../ui/number-and-time.ts';
import { useAppearance } from '../../ui/use-appearance.ts';
import { useHold } from './use-hold.ts';

interface ReactButtonProps {
  display: string;
  /** reactions that this page sent with it */
  own: number;
  isDisabled: boolean;
  /** key that presses it, if shortcuts are on */
  shortcut: string | undefined;
  react: () => void;
}

export function ReactButton({ display, own, isDisabled, shortcut, react }: ReactButtonProps) {
  const hold = useHold(() => {
    if (!isDisabled) react();
  });
  useShortcut(isDisabled ? undefined : shortcut, hold);
  const press = (event: PointerEvent) => {
    if (event.button === 0) hold.start();
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    hold.start();
  };
  const name = texts.react.one(texts.emoteName(display));
  return (
    <button
      type="button"
      className="react-button hover:bg-sunken active:bg-sunken h-react min-w-target relative flex flex-col items-center justify-center rounded-lg disabled:opacity-45"
      disabled={isDisabled}
      aria-label={name}
      title={shortcut ? `${name} (${shortcut})` : name}
      aria-keyshortcuts={shortcut}
      data-react={display}
      onPointerDown={press}
      onPointerUp={hold.stop}
      onPointerLeave={hold.stop}
      onPointerCancel={hold.stop}
      onKeyDown={keyDown}
      onKeyUp={hold.stop}
      onBlur={hold.stop}
      // Screen readers click without a pointer; real presses were counted on the way down.
      onClick={(event) => event.detail === 0 && !isDisabled && react()}
      onContextMenu={(event) => event.preventDefault()}
    >
      <span className="react-face flex h-7 max-w-full items-center overflow-hidden">
        <Emote display={display} size="md" isSilent />
      </span>
      <span aria-hidden="true" data-own className="text-accent h-4 text-2xs font-semibold">
        {own > 0 && formatCount(own)}
      </span>
      <Flights display={display} own={own} />
    </button>
  );
}

const MOST_IN_THE_AIR = 5;

/** Each own reaction rises from its button and fades. With reduced motion the counter above is all that changes. */
function Flights({ display, own }: { display: string; own: number }) {
  const { isMoving } = useAppearance();
  const [flights, setFlights] = useState<{ known: number; ids: readonly number[] }>({ known: own, ids: [] });
  if (own !== flights.known) {
    const ids = isMoving && own > flights.known ? [...flights.ids, own].slice(-MOST_IN_THE_AIR) : flights.ids;
    setFlights({ known: own, ids });
  }
  const land = (id: number) => setFlights((air) => ({ ...air, ids: air.ids.filter((other) => other !== id) }));
  return flights.ids.map((id) => (
    <span
      key={id}
      aria-hidden="true"
      className="flight"
      style={{ '--drift': id % 3 } as object}
      onAnimationEnd={() => land(id)}
    >
      <Emote display={display} size="md" isSilent />
    </span>
  ));
}

/** Digits press the button from anywhere on the page, except where they are text. */
function useShortcut(shortcut: string | undefined, hold: { start(): void; stop(): void }): void {
  const isDown = useRef(false);
  useEffect(() => {
    if (!shortcut) return undefined;
    const down = (event: globalThis.KeyboardEvent) => {
      if (event.key !== shortcut || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      isDown.current = true;
      hold.start();
    };
    const up = (event: globalThis.KeyboardEvent) => {
      if (event.key !== shortcut || !isDown.current) return;
      isDown.current = false;
      hold.stop();
    };
    addEventListener('keydown', down);
    addEventListener('keyup', up);
    return () => {
      removeEventListener('keydown', down);
      removeEventListener('keyup', up);
      hold.stop();
    };
  }, [shortcut, hold]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable], [role=dialog], [role=menu]') !== null
  );
}
