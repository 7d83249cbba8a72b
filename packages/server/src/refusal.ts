import { DatabaseFailure } from './ports/database.ts';
import { EventLogError } from './ports/event-log.ts';
import { Problem } from './problem.ts';

/**
 * The one rule for everything that storage rejects: why it will never take these data, or undefined when it is an outage.
 * Refused data are set aside with this cause, and the caller goes on with the next; an outage is waited for.
 *
 * An error of an unknown kind counts as an outage, because setting good records aside loses more than waiting does. Only a
 * RangeError is about the value in hand: a time that is none, a text that is too long, a nesting that is too deep.
 */
export function refusalOf(error: unknown): string | undefined {
  if (error instanceof Problem || error instanceof RangeError) return error.message;
  const isOfStorage = error instanceof DatabaseFailure || error instanceof EventLogError;
  return isOfStorage && error.refusesData ? sentenceOf(error) : undefined;
}

export function isRefusal(error: unknown): boolean {
  return refusalOf(error) !== undefined;
}

/**
 * Stores all that storage takes, in order. When it refuses some as data, they are found by halves and set aside one by one.
 * @throws what `store` rejects with when it is no refusal
 */
export async function storeOrSetAside<T>(
  items: readonly T[],
  store: (some: readonly T[]) => Promise<unknown>,
  setAside: (one: T, cause: string) => Promise<unknown>,
): Promise<void> {
  const [first, ...others] = items;
  if (first === undefined) return;
  try {
    await store(items);
  } catch (error) {
    const cause = refusalOf(error);
    if (cause === undefined) throw error;
    if (others.length === 0) return void (await setAside(first, cause));
    const middle = Math.ceil(items.length / 2);
    await storeOrSetAside(items.slice(0, middle), store, setAside);
    await storeOrSetAside(items.slice(middle), store, setAside);
  }
}

/** PostgreSQL says in the detail which character or value it was. */
function sentenceOf(error: Error): string {
  const detail: unknown = Reflect.get(error, 'detail');
  const code: unknown = Reflect.get(error, 'code');
  const parts = [error.message, detail].filter((part) => typeof part === 'string' && part !== '');
  return `${parts.join(': ')}${typeof code === 'string' ? ` (${code})` : ''}`;
}
