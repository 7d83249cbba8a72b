import type { StartRole } from './role.ts';

/** Carries the outbox to the event log. */
export const startWorker: StartRole = ({ relay }) => {
  relay.start();
  return Promise.resolve({ [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() });
};
