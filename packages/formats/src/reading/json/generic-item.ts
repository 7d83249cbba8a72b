import { idOf, numberOf, textOf } from '../records/json-fields.ts';
import type { Draft } from './drafts.ts';
import { type FoundValue, type Path, authorOf, idOfAuthor, unwrapped, valueAt, valuesOf } from './field-paths.ts';
import { partsOfContent } from './text-parts.ts';
import { type FieldTime, isTimeName, isTimeValue } from './time-field.ts';

/** Names as tools write them, without case and punctuation. The first name that an item has counts. */
const TEXT = (
  'text message body msg content comment chat displaymessage messagetext chatmessage commenttext textmessage messagebody ' +
  'contents danmaku m'
).split(' ');
const AUTHOR = (
  'user author sender from commenter chatter username displayname authorname authordisplayname sendername fromname ' +
  'chattername nickname uniqueid nick userinfo profile member name login screenname handle uname creator account senderfullname u'
).split(' ');
const AUTHOR_ID = 'userid authorid senderid fromid uid authorchannelid chatteruserid channelid useridhash'.split(' ');
const ID = 'messageid msgid commentid chatid uuid id'.split(' ');
const TYPE = 'type event eventtype messagetype kind action cmd op method t'.split(' ');
const DELETED = 'deleted isdeleted removed isremoved deletedat hiddenat moderated'.split(' ');
const BOT = 'isbot bot'.split(' ');
const BITS = 'bits bitsspent'.split(' ');

/** Events that say who is there. They are no messages. */
const PRESENCE =
  /join|part$|left|leave|enter|exit|quit|viewer|presence|connect|ping|pong|room|typing|heartbeat|^member$|^like|follow|share|social/iu;
/** Rocket.Chat's `t`: joins, leaves, added and removed users. The text is the name of the user. */
const ROCKET = /^(?:uj|ul|ut|au|ru|ult|room_changed_\w+|subscription-role-\w+)$/u;
/** Events about earlier messages, and about the names of people. */
const REMOVAL = /delet|remov|visibility|ban|timeout|clear|name_?change|edit/iu;
const NOTICE = /^(?:re)?sub(?:scription|scriber|_?gift)?$|raid|^gift|^host|notice|^system|^service|membership/iu;

/** Whether a value is an object with a time and a text, and none that has such objects inside. */
export function isGenericItem(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const found = valuesOf(value);
  if (!found.some(isText)) return false;
  if (!found.some((one) => isTimeName(one) && isTimeValue(one.value))) return false;
  return !found.some((one) => Array.isArray(one.value) && one.value.slice(0, 3).some(isGenericItem));
}

function isText({ name, value, isOfAuthor }: FoundValue): boolean {
  return !isOfAuthor && TEXT.includes(name) && isContent(value);
}

function isContent(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && partsOfContent(value) !== undefined);
}

/** Reads the fields of items whose names are found out from the first ones. */
export class GenericItem {
  readonly #text: readonly Path[];
  readonly #author: readonly Path[];
  readonly #authorId: readonly Path[];
  readonly #id: readonly Path[];
  readonly #type: readonly Path[];
  readonly #deleted: readonly Path[];
  readonly #bot: readonly Path[];
  readonly #bits: readonly Path[];

  constructor(samples: readonly unknown[]) {
    const found = samples.flatMap(valuesOf);
    this.#text = pathsOf(found.filter(isText), TEXT);
    const outside = found.filter((one) => !one.isOfAuthor);
    this.#author = pathsOf(
      outside.filter(({ value }) => authorOf(value) !== undefined),
      AUTHOR,
    ).filter((path) => !this.#isText(path));
    this.#authorId = pathsOf(outside, AUTHOR_ID);
    this.#id = pathsOf(outside, ID);
    this.#type = pathsOf(outside, TYPE);
    this.#deleted = pathsOf(outside, DELETED);
    this.#bot = pathsOf(found, BOT);
    this.#bits = pathsOf(outside, BITS);
  }

  /** For the report: which fields were taken for what. */
  get words(): string {
    const [author, text] = [this.#author[0], this.#text[0]];
    return `author in ${author ? `"${author.join('.')}"` : 'no field'}, text in "${text?.join('.') ?? ''}"`;
  }

  isMessage(item: unknown): boolean {
    return this.#text.some((path) => isContent(valueAt(item, path)));
  }

  /** Undefined for an event that is no message. */
  read(item: unknown, time: FieldTime): Draft | undefined {
    const parts = this.#firstOf(this.#text, item, (value) => (value === null ? undefined : partsOfContent(value)));
    const type = this.#firstOf(this.#type, item, textOf) ?? '';
    if (ROCKET.test(type)) return undefined;
    if (parts === undefined && (PRESENCE.test(type) || REMOVAL.test(type))) return undefined;
    const authorId = this.#authorIdOf(item);
    const author = this.#firstOf(this.#author, item, authorOf) ?? authorId ?? '';
    return {
      ...time,
      ...this.#idsOf(item, [...Object.values(time), author, parts?.length ?? 0]),
      author,
      authorId,
      parts,
      ...(parts !== undefined && NOTICE.test(type) ? { kind: 'notice' } : {}),
      bits: this.#firstOf(this.#bits, item, numberOf),
      deleted: this.#deleted.some((path) => isSet(valueAt(item, path))),
      bot: this.#bot.some((path) => valueAt(item, path) === true),
    };
  }

  /** What is called id may be that of the author, so only the same id with the same content makes a repeat. */
  #idsOf(item: unknown, content: readonly unknown[]): Pick<Draft, 'id' | 'repeatKey'> {
    const id = this.#firstOf(this.#id, item, (value) => idOf(unwrapped(value)));
    return id ? { id, repeatKey: [id, ...content].join('\n') } : {};
  }

  #authorIdOf(item: unknown): string | undefined {
    const id = this.#firstOf(this.#authorId, item, (value) => idOf(unwrapped(value)));
    return id ?? this.#firstOf(this.#author, item, idOfAuthor);
  }

  #isText(path: Path): boolean {
    return this.#text.some((text) => text.join('\n') === path.join('\n'));
  }

  #firstOf<T>(paths: readonly Path[], item: unknown, read: (value: unknown) => T | undefined): T | undefined {
    for (const path of paths) {
      const value = read(valueAt(item, path));
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '' && value !== 'false';
}

/** Different paths to the wanted names: those that are less deep come first, then those whose name comes first. */
function pathsOf(found: readonly FoundValue[], names: readonly string[]): Path[] {
  const paths = new Map<string, { path: Path; rank: number }>();
  for (const { path, name } of found) {
    const index = names.indexOf(name);
    if (index >= 0) paths.set(path.join('\n'), { path, rank: path.length * names.length + index });
  }
  return [...paths.values()].toSorted((a, b) => a.rank - b.rank).map(({ path }) => path);
}
