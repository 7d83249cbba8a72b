import type { StartRun } from '../run.ts';
import type { Channels } from './index.ts';
import { CHANGED_SUBJECT } from './limits.ts';

/** What another process has changed is forgotten at once, and not only when its time is up. */
export const hearChanges: StartRun<Channels> = async (channels, { bus }) => {
  const subscription = await bus.subscribe(CHANGED_SUBJECT, (name) => {
    if (typeof name === 'string') channels.forget(name);
  });
  return {
    [Symbol.asyncDispose]: async () => {
      subscription[Symbol.dispose]();
      channels[Symbol.dispose]();
    },
  };
};
