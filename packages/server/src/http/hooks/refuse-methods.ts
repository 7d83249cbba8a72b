import { ERRORS } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../answers/http-problem.ts';

/** Which methods each address has. Filled while routes are registered. */
export type MethodsByPath = Map<string, Set<string>>;

export function collectMethods(app: FastifyInstance): MethodsByPath {
  const methods: MethodsByPath = new Map();
  app.addHook('onRoute', ({ config, method, path }) => {
    if (config && 'isRefusal' in config) return;
    const known = methods.get(path) ?? new Set();
    methods.set(path, known);
    for (const name of [method].flat()) {
      known.add(name);
    }
  });
  return methods;
}

/** Known address, wrong method: 405 and the methods it has, before any body is read. */
export function refuseOtherMethods(app: FastifyInstance, methods: MethodsByPath): void {
  for (const [path, known] of methods) {
    // The page's catch-all is no address of its own.
    if (path.endsWith('*')) continue;
    const allow = [...known].toSorted().join(', ');
    app.route({
      method: app.supportedMethods.filter((method) => !known.has(method)),
      url: path,
      config: { isRefusal: true },
      onRequest: async () => {
        throw new HttpProblem(ERRORS.methodNotAllowed, { headers: { allow } });
      },
      handler: (_request, reply) => reply.send(),
    });
  }
}
