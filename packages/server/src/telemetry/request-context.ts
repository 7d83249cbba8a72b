import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line that is written on behalf of a request carries (S1-23). */
interface RequestContext {
  readonly requestId: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();
