import { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The answer that is being written to a connection, or comes next. Node keeps it, but has no public name for it. */
export function pendingAnswer(socket: Duplex): ServerResponse | undefined {
  const answer: unknown = Reflect.get(socket, '_httpMessage');
  return answer instanceof ServerResponse ? answer : undefined;
}
