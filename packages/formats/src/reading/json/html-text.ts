import type { TextPart } from './text-part.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** A tag, or an entity. */
const MARKUP = /<\/?([a-z][a-z0-9]{0,15})((?:\s[^<>]{0,2000})?)\/?>|&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/giu;
const CODE_POINT_MAX = 0x10_ff_ff;
const LINE_END = new Set(['br', 'p', 'div', 'li']);

/**
 * The text of HTML: tags removed, entities decoded. A picture becomes what stands for it: an emoji, or an emote by its
 * name, e.g. `:beerparrot:`, with the key `custom:<owner>:beerparrot`.
 */
export function partsOfHtml(html: string, owner = 'html'): TextPart[] {
  const parts: TextPart[] = [];
  let text = '';
  let from = 0;
  for (const match of html.matchAll(MARKUP)) {
    const [markup, tag = '', attributes = '', entity] = match;
    text += html.slice(from, match.index);
    from = match.index + markup.length;
    const name = tag.toLowerCase() === 'img' ? nameOfPicture(attributes) : '';
    if (/^:[^:\s]{1,64}:$/u.test(name)) {
      parts.push(text, { key: `custom:${owner}:${name.slice(1, -1)}`, name });
      text = '';
    } else text += entity === undefined ? name || lineEnd(tag, text) : (entityOf(entity) ?? markup);
  }
  parts.push(text + html.slice(from));
  return trimmed(parts);
}

function nameOfPicture(attributes: string): string {
  return attributeOf(attributes, 'alt') || attributeOf(attributes, 'title');
}

function lineEnd(tag: string, text: string): string {
  return LINE_END.has(tag.toLowerCase()) && text !== '' && !text.endsWith('\n') ? '\n' : '';
}

function trimmed(parts: TextPart[]): TextPart[] {
  const [first] = parts;
  if (typeof first === 'string') parts[0] = first.trimStart();
  const last = parts.at(-1);
  if (typeof last === 'string') parts[parts.length - 1] = last.trimEnd();
  return parts.filter((part) => part !== '');
}

function attributeOf(attributes: string, name: string): string {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'iu').exec(attributes);
  return textOfEntities(match?.[1] ?? match?.[2] ?? '');
}

/** Decodes entities only, for texts in which tags were escaped. */
export function textOfEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    /&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/giu,
    (whole, entity: string) => entityOf(entity) ?? whole,
  );
}

function entityOf(entity: string): string | undefined {
  if (!entity.startsWith('#')) {
    const name = entity.toLowerCase();
    return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  }
  const hex = /^#x/iu.test(entity);
  const code = Number.parseInt(entity.slice(hex ? 2 : 1), hex ? 16 : 10);
  return code > 0 && code <= CODE_POINT_MAX ? String.fromCodePoint(code).toWellFormed() : undefined;
}
