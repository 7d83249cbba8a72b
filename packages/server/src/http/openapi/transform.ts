import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';

type JsonObject = Record<string, unknown>;
type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;
type Finish = NonNullable<FastifyDynamicSwaggerOptions['transformObject']>;

const zodToJsonConfig = { override: ({ jsonSchema }: { jsonSchema: JsonObject }) => tidy(jsonSchema) };
const toJsonSchemas = createJsonSchemaTransform({ zodToJsonConfig });
const withComponents = createJsonSchemaTransformObject({ zodToJsonConfig });

/** Leaves out what only repeats the limits of JavaScript numbers, and the pattern of a format that has a name. */
function tidy(schema: JsonObject): void {
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['format'] !== undefined) delete schema['pattern'];
}

/** One route: its schemas as JSON schemas, the body with its example. */
export function transformWith(now: string): Transform {
  return (given) => {
    const made = toJsonSchemas(given);
    const { route } = given.route.config ?? {};
    if (!route || typeof made.schema.body !== 'object' || made.schema.body === null) return made;
    const { example, takesFile = false } = route;
    const body = { ...made.schema.body, ...(example && { examples: [example(now)] }) };
    const content = {
      'application/json': { schema: body },
      ...(takesFile && { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }),
    };
    return { ...made, schema: { ...made.schema, body: { content } } };
  };
}

/** The whole: only the named schemas that something refers to, and the parameters of the address first. */
export const finish: Finish = (given) => {
  // The library's type allows every version of OpenAPI; only what is read here is named.
  const document = withComponents(given) as unknown as {
    paths: Record<string, Record<string, { parameters?: { in: string }[] }>>;
    components: { schemas: JsonObject };
  };
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      operation.parameters?.sort((a, b) => PLACES.indexOf(a.in) - PLACES.indexOf(b.in));
    }
  }
  const { components, paths } = document;
  const used = namesUsed(paths, components.schemas);
  const schemas = Object.fromEntries(Object.entries(components.schemas).filter(([name]) => used.has(name)));
  return { ...document, components: { ...components, schemas } } as ReturnType<Finish>;
};

const PLACES = ['path', 'query', 'header'];

/** Names of the schemas that `value` refers to, and those that these refer to. */
function namesUsed(value: unknown, schemas: JsonObject, names = new Set<string>()): Set<string> {
  for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (names.has(name)) continue;
    names.add(name);
    namesUsed(schemas[name] ?? {}, schemas, names);
  }
  return names;
}
