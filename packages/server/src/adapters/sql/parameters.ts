import { DATABASE_CODES, DatabaseError } from './failure.ts';

/** Escapes that JSON.stringify writes for U+0000 and for lone surrogates; an even number of backslashes is text. */
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/**
 * PostgreSQL has no U+0000 in text, and a lone surrogate would silently become U+FFFD on its way through UTF-8.
 * @throws DatabaseError 22021 before anything is sent, so that the transaction goes on.
 */
export function checkParameters(params: readonly unknown[]): void {
  for (const [index, value] of params.entries()) {
    if (!isStorable(value)) throw unstorable(`Parameter $${index + 1}`);
  }
}

/** JSON text of a body. @throws DatabaseError when it has no JSON form or PostgreSQL could not store it. */
export function jsonText(body: unknown, what: string): string {
  const text: string | undefined = JSON.stringify(body);
  if (text === undefined) throw new DatabaseError({ message: `${what} has no JSON form` });
  if (UNSTORABLE_ESCAPE.test(text)) throw unstorable(what);
  return text;
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  return !Array.isArray(value) || value.every(isStorable);
}

function unstorable(what: string): DatabaseError {
  const message = `${what} holds U+0000 or half of a surrogate pair, which text in the database cannot`;
  return new DatabaseError({ code: DATABASE_CODES.badText, message });
}
