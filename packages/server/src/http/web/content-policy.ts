import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * Headers of the page. Everything comes from this server. Styles may be inline, because react-aria puts a style element
 * into the page for pressable things; scripts may not. What is off needs HTTPS to make sense, and this server speaks
 * plain HTTP: over it, browsers only complain.
 */
export const pageHeaders: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
    },
  },
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
};
