import MarkdownIt from 'markdown-it';

type Markdown = InstanceType<typeof MarkdownIt>;
type Token = ReturnType<Markdown['parse']>[number];

interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

export interface Page {
  /** path from the root of the repository */
  readonly file: string;
  readonly title: string;
  readonly headings: readonly Heading[];
  /** where links and pictures point, as written */
  readonly links: readonly string[];
  readonly tokens: Token[];
}

const markdown = createMarkdown();

export function readPage(file: string, text: string): Page {
  const tokens = markdown.parse(text, {});
  const headings = nameHeadings(tokens);
  const title = headings.find(({ level }) => level === 1)?.text ?? file;
  return { file, title, headings, links: linksOf(tokens), tokens };
}

/** @param place says where a link leads on the site; undefined when nothing of the site is there */
export function renderPage({ tokens }: Page, place: (link: string) => string | undefined): string {
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    if (token.type === 'link_open') setPlace(token, 'href', place);
    if (token.type === 'image') {
      setPlace(token, 'src', place);
      token.attrSet('loading', 'lazy');
    }
  }
  return markdown.renderer.render(tokens, markdown.options, {});
}

function setPlace(token: Token, attribute: string, place: (link: string) => string | undefined): void {
  const target = place(String(token.attrGet(attribute) ?? ''));
  if (target === undefined) token.attrs = null;
  else token.attrSet(attribute, target);
}

/** Where a heading is linked to, as code hosting shows Markdown: lower case, no punctuation, spaces are dashes. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

function createMarkdown(): Markdown {
  const created = new MarkdownIt({ html: false, linkify: false, typographer: false });
  const { rules } = created.renderer;
  rules['table_open'] = () => '<div class="table"><table>\n';
  rules['table_close'] = () => '</table></div>\n';
  return created;
}

function nameHeadings(tokens: readonly Token[]): Heading[] {
  const used = new Map<string, number>();
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return [];
    const text = plainText(tokens[index + 1]);
    const slug = slugOf(text);
    const times = used.get(slug) ?? 0;
    used.set(slug, times + 1);
    const id = times === 0 ? slug : `${slug}-${times}`;
    token.attrSet('id', id);
    return [{ level: Number(token.tag.slice(1)), id, text }];
  });
}

/** What a reader sees of an inline token. */
export function plainText(token: Token | undefined): string {
  const parts = token?.children ?? [];
  return parts.map((part) => (part.type === 'softbreak' ? ' ' : part.content)).join('');
}

function linksOf(tokens: readonly Token[]): string[] {
  return tokens
    .flatMap((token) => token.children ?? [])
    .flatMap((token) => [token.attrGet('href'), token.attrGet('src')])
    .filter((link) => link !== null)
    .map(String);
}
