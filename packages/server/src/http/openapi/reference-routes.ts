import type { FastifyReply } from 'fastify';
import { type BoundRoute, type Route, routeOf } from '../route.ts';
import { namesTag } from '../hooks/tag-answers.ts';
import type { Reference } from './make-reference.ts';

interface ReferenceDoors {
  /** Made when it is first asked for: the libraries take longer to read than the rest of the server to start. */
  readonly reference: () => Promise<Reference>;
}

/** @param routes what is described: those of the modules, and the probes */
export function referenceDoors(routes: readonly BoundRoute[]): ReferenceDoors {
  let made: Promise<Reference> | undefined;
  return {
    reference: () => {
      made ??= import('./make-reference.ts').then(({ makeReference }) => makeReference(routes));
      return made;
    },
  };
}

const route = routeOf<ReferenceDoors>();

/** The OpenAPI document, and the page that lists the operations and tries them. */
export const referenceRoutes: readonly Route<ReferenceDoors>[] = [
  route({
    method: 'GET',
    path: '/api/v1/openapi.json',
    class: 'api',
    summary: 'The OpenAPI 3.1 document of this API',
    isHidden: true,
    handler:
      ({ reference }, { clock }) =>
      async (_request, reply) => {
        const { document } = await reference();
        return reply.type('application/json; charset=utf-8').send(document(new Date(clock.now())));
      },
  }),
  route({
    method: 'GET',
    path: '/api/docs',
    class: 'api',
    summary: 'A page that lists the operations and tries them',
    isHidden: true,
    handler:
      ({ reference }) =>
      async (_request, reply) => {
        const { page, policy } = await reference();
        return ofPage(reply, 'text/html').header('content-security-policy', policy).send(page);
      },
  }),
  route({
    method: 'GET',
    path: '/api/docs/page.js',
    class: 'api',
    summary: 'The script of that page',
    isHidden: true,
    handler:
      ({ reference }) =>
      async (request, reply) => {
        const { script } = await reference();
        ofPage(reply, 'text/javascript').headers({ etag: script.tag, vary: 'accept-encoding' });
        if (namesTag(request.headers['if-none-match'], script.tag)) return reply.status(304).send();
        const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(request.headers['accept-encoding'] ?? '');
        return takesGzip ? reply.header('content-encoding', 'gzip').send(script.gzip) : reply.send(script.plain);
      },
  }),
];

function ofPage(reply: FastifyReply, type: string): FastifyReply {
  return reply
    .type(`${type}; charset=utf-8`)
    .headers({ 'cache-control': 'no-cache', 'referrer-policy': 'no-referrer' });
}
