import { z } from 'zod';

/** One option of a command. The usage text, the parser and the check are made from this declaration. */
export interface OptionSpec<Type extends z.ZodType = z.ZodType> {
  /**
   * Checks and converts what was typed: a text, `undefined` without the option, a list of texts when the option may be
   * repeated, a boolean for a flag. A message of the schema is shown as it is, so it is a whole sentence.
   */
  readonly type: Type;
  /** stands for the value in the usage text, such as `FILE`; a flag has none */
  readonly value?: string;
  /** what the option is for; or one text for each form of the value */
  readonly about: string | Readonly<Record<string, string>>;
  /** text that is taken when the option is missing */
  readonly default?: string;
  readonly repeats?: true;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What a command gets: each option by its name, checked and converted. */
export type OptionValues<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]: z.output<Specs[Name]['type']> };

/** What was typed for one option, before its schema has seen it. */
export type TypedOption = string | boolean | readonly string[] | undefined;

/** What the schema of an option gets when the option is not on the command line. */
export function missingValue({ default: preset, repeats, value }: OptionSpec): TypedOption {
  if (value === undefined) return false;
  return repeats ? [] : preset;
}

/** An option without a value. */
export function flag(about: string) {
  return { type: z.boolean(), about };
}

/** An option whose value is taken as it was typed. */
export function text(value: string, about: string) {
  return { type: z.string().optional(), value, about };
}

/** An option that may be given several times; its values are taken as they were typed. */
export function texts(value: string, about: string) {
  return { type: z.array(z.string()), value, about, repeats: true as const };
}
