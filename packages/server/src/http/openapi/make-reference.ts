import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import Fastify from 'fastify';
import { tagOf } from '../hooks/tag-answers.ts';
import type { BoundRoute } from '../route.ts';
import { describeRoute } from './describe-route.ts';
import { PAGE_STYLE } from './page-style.ts';
import { finish, transformWith } from './transform.ts';

/** The document, the page that shows it, and what that page may do. */
export interface Reference {
  /** JSON. Its examples are of the minute of `now`: the server would take older reactions, but show them nowhere. */
  readonly document: (now: Date) => string;
  readonly page: string;
  /** as it is, and packed with gzip: it has four megabytes */
  readonly script: { readonly plain: Buffer; readonly gzip: Buffer; readonly tag: string };
  /** content policy of the page */
  readonly policy: string;
}

/** Stands for the present until the document is asked for: a valid instant that no example has. */
const SOME_TIME = '2001-02-03T04:05:06.000Z';
const PAGE = '/api/docs';

const pack = promisify<Buffer, Buffer>(gzip);

const SECURITY = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  dataFolder: { type: 'http', scheme: 'bearer', description: 'the token of the data folder, on the same machine' },
} as const;

/** Reads the schemas of all routes. They are described by a server of their own, which never listens. */
export async function makeReference(routes: readonly BoundRoute[]): Promise<Reference> {
  await using describer = Fastify({ exposeHeadRoutes: false });
  describer.setValidatorCompiler(() => () => true);
  describer.setSerializerCompiler(() => JSON.stringify);
  await describer.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ovation',
        version: '1',
        summary: 'Reactions of a live audience, counted, and the moments in them',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      // As seen from the page: the address and the port of the server that runs.
      servers: [{ url: '/' }],
      components: { securitySchemes: SECURITY },
    },
    transform: transformWith(SOME_TIME),
    transformObject: finish,
  });
  await describer.register(scalar, {
    routePrefix: PAGE,
    configuration: {
      url: '/api/v1/openapi.json',
      cdn: `${PAGE}/page.js`,
      pageTitle: 'Ovation API',
      favicon: '/favicon.svg',
      theme: 'none',
      customCss: PAGE_STYLE,
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  for (const route of routes) {
    if (route.isHidden) continue;
    describer.route({
      method: route.method,
      url: route.path,
      config: { route },
      schema: describeRoute(route),
      handler: () => undefined,
    });
  }
  await describer.ready();
  const text = JSON.stringify(describer.swagger());
  const { body: page } = await describer.inject(`${PAGE}/`);
  const { rawPayload: plain } = await describer.inject(`${PAGE}/js/scalar.js`);
  return {
    document: (now) => text.replaceAll(SOME_TIME, wholeMinute(now).toISOString()),
    page,
    script: { plain, gzip: await pack(plain), tag: tagOf(plain) },
    policy: policyOf(page),
  };
}

/** Readers that ask again within the minute get 304. */
function wholeMinute(now: Date): Date {
  return new Date(Math.floor(now.getTime() / 60_000) * 60_000);
}

/** Everything of the page comes from this server; of what stands in the page itself, only the very scripts of today. */
function policyOf(page: string): string {
  const inline = [...page.matchAll(/<script(?![^>]* src=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = inline.map(([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(' ')}`,
    // The page makes its style sheet itself.
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
