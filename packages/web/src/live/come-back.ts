import type { Connection } from '@ovation/client';

/** So often the server is asked while the page waits for longer than a question takes. */
const ASK_EVERY_MS = 3_000;
const SPREAD_MS = 1_000;
/** Ten minutes of questions; then the page waits as every client does. */
const QUESTIONS_MAX = 200;

interface World {
  readonly fetch: typeof fetch;
  readonly isVisible: () => boolean;
  readonly random: () => number;
  /** @returns a function that cancels */
  readonly after: (ms: number, run: () => void) => () => void;
}

const browser: World = {
  fetch: (input, init) => fetch(input, init),
  isVisible: () => document.visibilityState === 'visible',
  random: () => Math.random(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Connects as soon as the server answers again: waits of the SDK grow to 30 s, and somebody looks at this page. `/live` costs
 * the server next to nothing, and only pages that are seen ask it. The spread keeps them from coming back in step.
 * @returns a function that stops it
 */
export function comeBackAtOnce(
  connection: Pick<Connection, 'state' | 'subscribe' | 'retryNow'>,
  liveAddress: string,
  { after, fetch: ask, isVisible, random }: World = browser,
): () => void {
  let questions = 0;
  let cancel: (() => void) | undefined;
  const plan = () => {
    cancel ??= after(ASK_EVERY_MS + (random() - 0.5) * SPREAD_MS, () => {
      cancel = undefined;
      void question();
    });
  };
  const question = async () => {
    const state = connection.state();
    if (state.kind !== 'waiting' || questions >= QUESTIONS_MAX) return;
    if (isVisible() && state.retryInMs > ASK_EVERY_MS) {
      questions += 1;
      const isBack = await ask(liveAddress, { cache: 'no-store' }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isBack && connection.state().kind === 'waiting') connection.retryNow();
    }
    plan();
  };
  const stop = connection.subscribe(() => {
    const { kind } = connection.state();
    if (kind === 'live') questions = 0;
    if (kind === 'waiting') plan();
  });
  return () => {
    stop();
    cancel?.();
  };
}
