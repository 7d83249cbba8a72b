import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './document.ts';
import { LIVE_SCHEMAS } from './live-schemas.ts';
import { docsPage } from './page.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { RouteSchemas } from './operation.ts';

/** Everything of the page comes from this server, and nothing of it is inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Remembers the schemas of all routes that are registered after it in this scope. */
export function collectSchemas(app: FastifyInstance): Map<string, RouteSchemas> {
  const schemas = new Map<string, RouteSchemas>(Object.entries(LIVE_SCHEMAS));
  app.addHook('onRoute', ({ method, schema, url }) => {
    // Routes of this scope have zod schemas (api/index.ts sets the compilers).
    for (const one of [method].flat()) schemas.set(`${one} ${url}`, (schema ?? {}) as RouteSchemas);
  });
  return schemas;
}

/** `/api/v1/openapi.json`, in the scope of `/api/v1`. */
export function documentRoute(app: FastifyInstance, schemas: ReadonlyMap<string, RouteSchemas>): void {
  let text: string | undefined;
  app.get('/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(openApiDocument(schemas));
    return reply.type('application/json; charset=utf-8').send(text);
  });
}

/** `/api/docs`: the page that lists the operations and tries them. */
export function docsRoutes(app: FastifyInstance, schemas: ReadonlyMap<string, RouteSchemas>): void {
  const page = docsPage(schemas);
  const files = [
    ['/api/docs', 'text/html', page],
    ['/api/docs/page.js', 'text/javascript', PAGE_SCRIPT],
    ['/api/docs/page.css', 'text/css', PAGE_STYLE],
  ] as const;
  for (const [url, type, text] of files) {
    app.get(url, (_request, reply) =>
      reply
        .type(`${type}; charset=utf-8`)
        .headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache', 'referrer-policy': 'no-referrer' })
        .send(text),
    );
  }
}
