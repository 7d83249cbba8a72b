import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import { ERRORS } from '@ovation/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorAnswers, hasEnvelope } from '../answers/answer-error.ts';
import { HttpProblem } from '../answers/http-problem.ts';
import { pageHeaders } from './content-policy.ts';
import { PAGE_MISSING } from './page-missing.ts';
import type { RouteInfo } from '../route.ts';

/** What the tables of routes say of the page. */
export const pageRoute: RouteInfo = { method: 'GET', path: '/*', class: 'web', summary: 'The web page and its files' };

const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * The page, its files, and every address that nothing else answers: a browser gets a 404 there with the page, which says
 * what is at this server instead; other clients get a 404 in JSON. Costly headers are set in this scope only.
 */
export async function webRoutes(
  app: FastifyInstance,
  { answers, webFolder: folder }: { answers: ErrorAnswers; webFolder: string | undefined },
): Promise<void> {
  await app.register(helmet, pageHeaders);
  const isBuilt = folder !== undefined && existsSync(join(folder, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: folder,
      cacheControl: false,
      dotfiles: 'ignore',
      preCompressed: true,
      // The files are small, and a part of a compressed one cannot be unpacked.
      acceptRanges: false,
      setHeaders: (reply, path) => {
        // Only the bundler's files carry a hash of their content in their name.
        void reply.header('cache-control', path.includes(`${sep}assets${sep}`) ? FOR_EVER : 'no-cache');
      },
    });
  } else {
    app.get('/*', (_request, reply) => reply.callNotFound());
  }

  app.setNotFoundHandler((request, reply) => {
    if (!wantsPage(request)) return answers.answer(new HttpProblem(ERRORS.notFound), request, reply);
    return isBuilt ? sendPageBelow(folder, request, reply) : sendPageMissing(reply);
  });
}

function wantsPage(request: FastifyRequest): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return isRead && !hasEnvelope(request.url) && (request.headers.accept ?? '').includes('text/html');
}

/** The page names its files from where it is; an address with more folders is that much further from them. */
async function sendPageBelow(folder: string, { url }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const depth = (url.split('?', 1)[0] ?? '').split('/').length - 2;
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  const there = page.replaceAll('="./', `="./${'../'.repeat(depth)}`);
  const { status } = ERRORS.notFound;
  return reply.status(status).type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(there);
}

function sendPageMissing(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(PAGE_MISSING);
}
