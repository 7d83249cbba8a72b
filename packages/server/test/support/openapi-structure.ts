import { z } from 'zod';

/** For tests: the rules of OpenAPI 3.1 that our document could break. */

const operationSchema = z.object({
  operationId: z.string().optional(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(['path', 'query', 'header', 'cookie']),
        required: z.boolean().optional(),
        schema: z.object(),
      }),
    )
    .default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.object() })) }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().optional(), $ref: z.string().optional() })),
});
type Operation = z.infer<typeof operationSchema>;

const documentSchema = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string().min(1), version: z.string().min(1) }),
  paths: z.record(
    z.string(),
    z
      .record(z.enum(['get', 'put', 'post', 'delete', 'patch']), operationSchema)
      .or(z.record(z.string(), operationSchema)),
  ),
});

/** Sentences about what is wrong; none when all is well. */
export function problemsOfDocument(document: unknown): string[] {
  const read = documentSchema.safeParse(document);
  if (!read.success) return read.error.issues.map(({ message, path }) => `${path.join('.')}: ${message}`);
  const { openapi, paths } = read.data;
  const problems = /^3\.1\.\d+$/.test(openapi) ? [] : [`openapi is ${JSON.stringify(openapi)}, not 3.1.x`];
  const taken = new Set<string>();
  for (const [path, operations] of Object.entries(paths)) {
    if (!path.startsWith('/')) problems.push(`${path} does not begin with /`);
    for (const [method, operation] of Object.entries(operations)) {
      const name = `${method.toUpperCase()} ${path}`;
      problems.push(...problemsOfOperation(path, operation, taken).map((problem) => `${name}: ${problem}`));
    }
  }
  return [...problems, ...problemsOfReferences(document), ...problemsOfWords(document)];
}

function problemsOfOperation(path: string, operation: Operation, taken: Set<string>): string[] {
  const { operationId, parameters, responses } = operation;
  const problems: string[] = [];
  if (operationId === undefined) problems.push('no operationId');
  else if (taken.has(operationId)) problems.push(`operationId ${operationId} is taken`);
  else taken.add(operationId);
  const wanted = new Set([...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? ''));
  const given = new Set(parameters.filter((one) => one.in === 'path' && one.required).map(({ name }) => name));
  for (const name of wanted) if (!given.has(name)) problems.push(`no parameter {${name}}`);
  for (const name of given) if (!wanted.has(name)) problems.push(`parameter {${name}} is not in the path`);
  return [...problems, ...problemsOfResponses(responses)];
}

function problemsOfResponses(responses: Operation['responses']): string[] {
  const problems: string[] = [];
  if (Object.keys(responses).length === 0) problems.push('no responses');
  for (const [status, response] of Object.entries(responses)) {
    if (!/^[1-5](?:\d\d|XX)$/.test(status) && status !== 'default') problems.push(`${status} is no status`);
    if (response.description === undefined && response.$ref === undefined)
      problems.push(`response ${status} has no description`);
  }
  return problems;
}

function problemsOfReferences(document: unknown): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to ?? '');
  const leadsSomewhere = (to: string) =>
    to.startsWith('#/') &&
    to
      .slice(2)
      .split('/')
      .reduce<unknown>(
        (at, part) => (typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined),
        document,
      ) !== undefined;
  return [...new Set(references)].filter((to) => !leadsSomewhere(to)).map((to) => `reference ${to} leads nowhere`);
}

/** Words of JSON Schema that have no meaning inside an OpenAPI document, or would change its dialect. */
function problemsOfWords(document: unknown): string[] {
  const text = JSON.stringify(document);
  return ['"$schema":', '"$defs":', '"nullable":', '"~standard":']
    .filter((word) => text.includes(word))
    .map((word) => `${word} has no place in it`);
}
