import type { BoundRoute } from '../route.ts';
import { describedRoutes } from './document.ts';
import type { JsonObject } from './json-schema.ts';
import { exampleOf, operationOf, tagOf } from './operation.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly example?: string;
  readonly schema: JsonObject;
}

/** The page that lists the operations with an example each; its script sends them. */
export function docsPage(routes: readonly BoundRoute[]): string {
  const groups = Map.groupBy(describedRoutes(routes), ({ path }) => tagOf(path));
  const sections = [...groups].map(
    ([tag, entries]) =>
      `<section><h2>${escaped(tag)}</h2>${entries.map((entry) => operation(entry)).join('')}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Ovation API</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/api/docs/page.css">
<script src="/api/docs/page.js" defer></script>
</head>
<body>
<main>
<h1>Ovation API</h1>
<p>Every operation of this server, ready to send. The same for programs: <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</p>
<label>Bearer token <small>only where the server asks for one</small><input id="token" autocomplete="off"></label>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

function operation(entry: BoundRoute): string {
  const { method, path, permission, summary } = entry;
  const described = operationOf(entry, {});
  // Just made by operationOf.
  const { operationId, parameters } = described as { operationId: string; parameters: Parameter[] };
  const template = path.replaceAll(/:([a-z]+)/g, '{$1}');
  return `<details id="${operationId}">
<summary><span class="method">${method}</span><code>${escaped(template)}</code><span class="what">${escaped(summary)}</span></summary>
<form data-method="${method}" data-path="${escaped(template)}">
${permission === undefined ? '' : `<p>Needs <code>${escaped(permission.name)}</code>, unless the server is in open mode.</p>`}
${parameters.map(field).join('')}${bodyOf(entry)}
<pre class="curl" aria-label="The same with curl">${escaped(curlOf(entry, template, parameters))}</pre>
<button>Try it</button>
<pre role="status" hidden></pre>
</form>
</details>`;
}

function field({ description, example, in: place, name, schema }: Parameter): string {
  const note = [place, ...(description === undefined ? [] : [description]), ...boundsOf(schema)].join(', ');
  const required = place === 'path' ? ' required' : '';
  return `<label>${escaped(name)} <small>${escaped(note)}</small><input name="${escaped(name)}" data-in="${place}" value="${escaped(example ?? '')}" autocomplete="off"${required}></label>`;
}

function boundsOf({ default: fallback, description, maximum, minimum }: JsonObject): string[] {
  const words = typeof description === 'string' ? [description] : [];
  const range = maximum === undefined ? [] : [`${JSON.stringify(minimum ?? 0)} to ${JSON.stringify(maximum)}`];
  return [...words, ...range, ...(fallback === undefined ? [] : [`${JSON.stringify(fallback)} when left out`])];
}

function bodyOf(entry: BoundRoute): string {
  const example = exampleOf(entry);
  if (example === undefined) return '';
  return `<label>Body <small>JSON</small><textarea spellcheck="false">${escaped(JSON.stringify(example, null, 2))}</textarea></label>`;
}

function curlOf(entry: BoundRoute, template: string, parameters: readonly Parameter[]): string {
  const path = parameters.reduce((filled, { example, name }) => filled.replace(`{${name}}`, example ?? name), template);
  const method = entry.method === 'GET' ? '' : ` -X ${entry.method}`;
  const example = exampleOf(entry);
  const body = example === undefined ? '' : ` -H 'content-type: application/json' -d '${JSON.stringify(example)}'`;
  return `curl${method} localhost:8080${path}${body}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
