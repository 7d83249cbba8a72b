import { z } from 'zod';
import { CommandError, UsageError } from './command-errors.ts';
import type { CommandIo } from './command-io.ts';
import { missingValue, type OptionSpecs, type OptionValues } from './command-options.ts';
import { EXIT_CODES, type Outcome } from './exit-codes.ts';
import { readArguments } from './read-arguments.ts';
import { printable } from './terminal/text.ts';
import { usageText } from './usage-text.ts';

/** A command of `ovation`. */
export interface Command {
  readonly name: string;
  /** names of its options, without the two dashes */
  readonly optionNames: readonly string[];
  /** made from the declaration when it is read */
  readonly usage: string;
  /** @returns the exit code: 0 fine, 1 it failed, 2 wrong usage, 130 stopped by Ctrl+C */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

/** What follows the name of a command and is no option. */
interface OperandsSpec<Type extends z.ZodType> {
  /** stands for them in the usage text, such as `FILE...` */
  readonly value: string;
  /** checks the list of them; a message is shown as it is, so it is a whole sentence */
  readonly type: Type;
}

interface CommandSpec<Specs extends OptionSpecs, Operands extends z.ZodType> {
  readonly name: string;
  /** what the command does, for the usage text */
  readonly about: string;
  readonly operands?: OperandsSpec<Operands>;
  /** in the order in which problems are told */
  readonly options: Specs;
  /** said below the options */
  readonly closing?: string;
  /**
   * Does the work. A failure is an outcome or a CommandError; an error after Ctrl+C counts as stopped.
   * @throws UsageError for what no single option can know to be wrong
   */
  run(
    given: { readonly operands: z.output<Operands>; readonly options: OptionValues<Specs> },
    io: CommandIo,
  ): Promise<Outcome>;
}

const noOperands = z.array(z.string()).max(0, 'This command takes options only; there is a word that belongs to none.');

/** Makes a command from its declaration: parser, checks, usage text and exit codes are the same for all. */
export function defineCommand<Specs extends OptionSpecs, Operands extends z.ZodType = typeof noOperands>(
  spec: CommandSpec<Specs, Operands>,
): Command {
  const { name, about, closing, options } = spec;
  const usage = () => usageText({ name, operands: spec.operands?.value ?? '', about, options, closing });
  return {
    name,
    optionNames: Object.keys(options),
    get usage() {
      return usage();
    },
    async run(args, io) {
      if (args.includes('--help') || args.includes('-h')) {
        io.stdout.write(`${usage()}\n`);
        return EXIT_CODES.fine;
      }
      try {
        return EXIT_CODES[await spec.run(readCommandLine(args, spec), io)];
      } catch (error) {
        return EXIT_CODES[tellError(error, usage, io)];
      }
    },
  };
}

function readCommandLine<Specs extends OptionSpecs, Operands extends z.ZodType>(
  args: readonly string[],
  spec: CommandSpec<Specs, Operands>,
): { operands: z.output<Operands>; options: OptionValues<Specs> } {
  const typed = readArguments(args, spec.options);
  const operands = checked(spec.operands?.type ?? noOperands, typed.operands, { showsUsage: true });
  const values = Object.entries(spec.options).map(([name, option]) => {
    const value = typed.options.get(name) ?? missingValue(option);
    // An option that must be there is missing: the usage says what it is.
    return [name, checked(option.type, value, { showsUsage: value === undefined })] as const;
  });
  // Each value is what the schema of its name gave; fromEntries and the default of `operands` lose that.
  return {
    operands: operands as z.output<Operands>,
    options: Object.fromEntries(values) as OptionValues<Specs>,
  };
}

function checked(type: z.ZodType, typed: unknown, { showsUsage }: { showsUsage: boolean }): unknown {
  const result = type.safeParse(typed);
  if (result.success) return result.data;
  throw new UsageError(result.error.issues[0]?.message ?? 'The command line is not valid.', { showsUsage });
}

/** Writes the sentence of an error. An error without one is a bug and goes on. */
function tellError(error: unknown, usage: () => string, io: CommandIo): Outcome {
  if (error instanceof UsageError) {
    io.stderr.write(error.showsUsage ? `${error.message}\n\n${usage()}\n` : `${error.message}\n`);
    return 'usage';
  }
  if (io.signal.aborted) return 'stopped';
  if (!(error instanceof CommandError)) throw error;
  io.stderr.write(`${printable(error.message)}\n`);
  return 'failed';
}
