import type { StartRole } from './role.ts';

/** Carries the outbox to the event log, and removes what feeds need not keep. */
export const startWorker: StartRole = ({ relay, trimmer }) => {
  relay.start();
  trimmer.start();
  return Promise.resolve({
    async [Symbol.asyncDispose]() {
      await trimmer[Symbol.asyncDispose]();
      await relay[Symbol.asyncDispose]();
    },
  });
};
