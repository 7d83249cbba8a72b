import { parseArgs } from 'node:util';
import { UsageError } from './command-errors.ts';
import type { OptionSpec, OptionSpecs, TypedOption } from './command-options.ts';
import { printable } from './terminal/text.ts';

interface TypedArguments {
  readonly operands: readonly string[];
  readonly options: ReadonlyMap<string, TypedOption>;
}

/** Splits a command line into operands and options. @throws UsageError for unknown options and missing values */
export function readArguments(args: readonly string[], specs: OptionSpecs): TypedArguments {
  const operands: string[] = [];
  const options = new Map<string, TypedOption>();
  for (const token of tokensOf(args, specs)) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue: isInline = false } = token;
    const spec = Object.hasOwn(specs, name) && rawName.startsWith('--') ? specs[name] : undefined;
    if (!spec) throw unknownOption(rawName, specs);
    const typed = valueOf(name, spec, { value, isInline });
    if (!spec.repeats || typeof typed !== 'string') options.set(name, typed);
    else options.set(name, [...listOf(options.get(name)), typed]);
  }
  return { operands, options };
}

function tokensOf(args: readonly string[], specs: OptionSpecs) {
  const types = Object.entries(specs).map(([name, { value }]) => {
    const type: 'boolean' | 'string' = value === undefined ? 'boolean' : 'string';
    return [name, { type }] as const;
  });
  // Not strict: the sentences about what is wrong are made here and not by Node.
  const shared = { allowPositionals: true, strict: false, tokens: true } as const;
  return parseArgs({ ...shared, args: [...args], options: Object.fromEntries(types) }).tokens;
}

function valueOf(
  name: string,
  { value: placeholder }: OptionSpec,
  { value, isInline }: { value: string | undefined; isInline: boolean },
): string | boolean {
  if (placeholder === undefined) {
    if (value === undefined) return true;
    throw new UsageError(`--${name} takes no value: write it without "=${printable(value)}".`);
  }
  // "--json --live": the value was forgotten. "--json=--live" is meant.
  const isForgotten = value === undefined || (!isInline && value.length > 1 && value.startsWith('-'));
  if (isForgotten) throw new UsageError(`--${name} needs a value: --${name} ${placeholder}.`);
  return value;
}

function unknownOption(rawName: string, specs: OptionSpecs): UsageError {
  const names = Object.keys(specs).map((name) => `--${name}`);
  const known = names.length === 0 ? 'This command has no options.' : `The options are ${names.join(', ')}.`;
  return new UsageError(`Unknown option '${printable(rawName)}'. ${known}`);
}

function listOf(typed: TypedOption): readonly string[] {
  return Array.isArray(typed) ? typed : [];
}
