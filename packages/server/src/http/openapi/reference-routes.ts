import { type BoundRoute, type Route, routeOf } from '../route.ts';
import { openApiDocument } from './document.ts';
import { docsPage } from './page.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

interface ReferenceDoors {
  /** what is described: the routes of the modules */
  readonly routes: readonly BoundRoute[];
}

/** Everything of the page comes from this server, and nothing of it is inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const route = routeOf<ReferenceDoors>();

/** The OpenAPI document, and the page that lists the operations and tries them. */
export const referenceRoutes: readonly Route<ReferenceDoors>[] = [
  route({
    method: 'GET',
    path: '/api/v1/openapi.json',
    class: 'api',
    summary: 'The OpenAPI 3.1 document of this API',
    isHidden: true,
    handler: ({ routes }) => {
      let text: string | undefined;
      return (_request, reply) => {
        text ??= JSON.stringify(openApiDocument(routes));
        return reply.type('application/json; charset=utf-8').send(text);
      };
    },
  }),
  file('/api/docs', 'text/html', 'A page that lists the operations and tries them', docsPage),
  file('/api/docs/page.js', 'text/javascript', 'The script of that page', () => PAGE_SCRIPT),
  file('/api/docs/page.css', 'text/css', 'The style of that page', () => PAGE_STYLE),
];

function file(path: string, type: string, summary: string, textOf: (routes: readonly BoundRoute[]) => string) {
  return route({
    method: 'GET',
    path,
    class: 'api',
    summary,
    isHidden: true,
    handler:
      ({ routes }) =>
      (_request, reply) =>
        reply
          .type(`${type}; charset=utf-8`)
          .headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache', 'referrer-policy': 'no-referrer' })
          .send(textOf(routes)),
  });
}
