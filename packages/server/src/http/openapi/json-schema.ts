import {
  ALLOWED_EMOTES_MAX,
  broadcastSchema,
  channelSchema,
  channelSettingsSchema,
  INTERVAL_MAX,
  momentSchema,
  paginationSchema,
  previewSchema,
  settingsSchema,
} from '@ovation/protocol';
import { z } from 'zod';

export type JsonObject = Record<string, unknown>;

/** What the document names instead of repeating it. */
const named = z.registry<{ id: string }>();
named.add(channelSchema, { id: 'Channel' });
named.add(broadcastSchema, { id: 'Broadcast' });
named.add(channelSettingsSchema, { id: 'Settings' });
named.add(momentSchema, { id: 'Moment' });
named.add(previewSchema, { id: 'Preview' });
named.add(paginationSchema, { id: 'Pagination' });

/** Checks that are code say here what they check: one sentence per wrong input needs code (protocol/settings.ts). */
const CHECKED_BY_CODE = new Map<unknown, JsonObject>([
  [
    settingsSchema.shape.interval,
    {
      type: 'integer',
      minimum: 1,
      maximum: INTERVAL_MAX,
      description: 'a window is judged each time this many more reactions were collected in it',
    },
  ],
  [
    settingsSchema.shape.threshold,
    {
      type: 'number',
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'the share of the reactions above which an emote is a moment',
    },
  ],
  [
    settingsSchema.shape.allowedEmotes,
    {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      maxItems: ALLOWED_EMOTES_MAX,
      description: 'emotes that count, as shown: emoji or names of at most 64 bytes without spaces',
    },
  ],
]);

/**
 * The JSON schema (2020-12, which OpenAPI 3.1 speaks) of a zod schema.
 * @param components receives the schemas that have a name
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output', components: JsonObject): JsonObject {
  const made = z.toJSONSchema(schema, {
    io,
    metadata: named,
    unrepresentable: 'any',
    override: ({ jsonSchema, zodSchema }) => {
      Object.assign(jsonSchema, CHECKED_BY_CODE.get(zodSchema));
      tidy(jsonSchema);
    },
  });
  // Plain JSON from here on: names move to where OpenAPI looks for them.
  const text = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $defs = {}, $schema: _dialect, ...rest } = JSON.parse(text) as JsonObject & { $defs?: JsonObject };
  for (const [name, definition] of Object.entries($defs)) components[name] = withoutId(definition as JsonObject);
  return named.has(schema) ? reference(schema, rest, components) : rest;
}

function reference(schema: z.ZodType, made: JsonObject, components: JsonObject): JsonObject {
  const id = named.get(schema)?.id ?? '';
  components[id] = withoutId(made);
  return { $ref: `#/components/schemas/${id}` };
}

function withoutId({ id: _id, $id: _uri, ...schema }: JsonObject): JsonObject {
  return schema;
}

/** Leaves out what only repeats what JavaScript numbers are, and the pattern of a format that has a name. */
function tidy(schema: JsonObject): void {
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['format'] !== undefined) delete schema['pattern'];
}
