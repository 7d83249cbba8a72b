import { type Fields, fieldsOf, idOf, numberOf, textOf } from '../records/json-fields.ts';

/** Names of the members that lead to a value. */
export type Path = readonly string[];

/** Names on the way to a value. */
export const DEPTH_MAX = 4;
/** An author who was written as a text of JSON is not longer. */
const AUTHOR_MAX_LENGTH = 10_000;

/** Objects about the author, and about another message than the one of the item. */
const AUTHORS = new Set(
  'user author sender from commenter chatter member profile userinfo authordetails creator owner account u'.split(' '),
);
const OTHERS =
  /^(?:reply|parent|quote|quoted|referenced|replied|original|forward|thread|pinned|badges?|emotes?|extra|settings|style|video|channel|stream|room)/u;

/** A value of an item, and where it stands. */
export interface FoundValue {
  readonly path: Path;
  /** the last name of the path, without case and punctuation */
  readonly name: string;
  readonly value: unknown;
  /** whether it stands in the object of the author */
  readonly isOfAuthor: boolean;
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9µ]/gu, '');
}

/** All values of an item and of the objects in it; lists and objects about other messages are not entered. */
export function valuesOf(item: unknown): FoundValue[] {
  const found: FoundValue[] = [];
  const enter = (fields: Fields, path: Path, isOfAuthor: boolean) => {
    for (const key of Object.keys(fields)) {
      const value = fields[key];
      if (value === null || value === undefined) continue;
      const name = plainName(key);
      const inner = [...path, key];
      found.push({ path: inner, name, value, isOfAuthor });
      const isObject = typeof value === 'object' && !Array.isArray(value);
      if (!isObject || inner.length >= DEPTH_MAX || OTHERS.test(name)) continue;
      enter(fieldsOf(value), inner, isOfAuthor || AUTHORS.has(name));
    }
  };
  enter(fieldsOf(item), [], false);
  return found;
}

export function valueAt(item: unknown, path: Path): unknown {
  let value = item;
  for (const name of path) value = fieldsOf(value)[name];
  return value;
}

/** A number, a text or an id, also in the wrappers of MongoDB's exports (`$date`, `$oid`, `$numberLong`). */
export function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const fields = fieldsOf(value);
  const inner = fields['$date'] ?? fields['$numberLong'] ?? fields['$oid'];
  return inner === undefined ? value : unwrapped(inner);
}

const AUTHOR_NAMES = [
  'display_name',
  'displayName',
  'displayname',
  'nickname',
  'nickName',
  'global_name',
  'username',
  'userName',
  'user_name',
  'uname',
  'name',
  'nick',
  'screen_name',
  'login',
  'uniqueId',
  'unique_id',
  'simpleText',
  'slug',
];

/** The name of an author, who may be a text or an object, also one that was written as a text. */
export function authorOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text !== undefined && !text.startsWith('{')) return text === '' ? undefined : text;
  if (typeof value === 'number') return idOf(value);
  const fields = authorFields(value);
  for (const key of AUTHOR_NAMES) {
    const name = textOf(fields[key]);
    if (name) return name;
  }
  const first = textOf(fields['first_name']) ?? textOf(fields['firstName']);
  const last = textOf(fields['last_name']) ?? textOf(fields['lastName']);
  if (first !== undefined || last !== undefined) return [first, last].filter(Boolean).join(' ');
  // Microsoft Teams has the user one object deeper.
  return 'user' in fields ? authorOf(fields['user']) : text;
}

/** The fields of an author. Chzzk writes the object as a text. */
function authorFields(value: unknown): Fields {
  const text = textOf(value);
  if (text === undefined || !text.startsWith('{') || text.length > AUTHOR_MAX_LENGTH) return fieldsOf(value);
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

export function idOfAuthor(value: unknown): string | undefined {
  const fields = authorFields(value);
  const id = fields['id'] ?? fields['user_id'] ?? fields['userId'] ?? fields['_id'] ?? fields['uid'];
  return idOf(unwrapped(id)) || undefined;
}

/** A number of a time field, also written as a text. */
export function timeNumber(value: unknown): number | undefined {
  const plain = unwrapped(value);
  const text = textOf(plain);
  if (text !== undefined && !/^-?\d{1,20}(?:\.\d{1,20})?$/u.test(text.trim())) return undefined;
  return numberOf(plain);
}
