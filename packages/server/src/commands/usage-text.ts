import { missingValue, type OptionSpec, type OptionSpecs } from './command-options.ts';

const WIDTH = 120;
const INDENT = '  ';

export interface UsageSource {
  readonly name: string;
  /** what stands for the operands, such as `FILE...`; "" for none */
  readonly operands: string;
  readonly about: string;
  readonly options: OptionSpecs;
  /** said below the options */
  readonly closing?: string | undefined;
}

/** What `ovation <command> --help` prints, without a line break at the end. */
export function usageText({ name, operands, about, options, closing }: UsageSource): string {
  const command = `Usage: ovation ${name}`;
  const parts = [...(operands === '' ? [] : [operands]), ...Object.entries(options).map(synopsisOf)];
  const synopsis = wrap(parts, WIDTH - command.length - 1).join(`\n${' '.repeat(command.length + 1)}`);
  const rows = Object.entries(options).flatMap(rowsOf);
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  const below = `\n${' '.repeat(2 * INDENT.length + width)}`;
  const lines = rows.map(([left, right]) => {
    const wrapped = wrap(right.split(' '), WIDTH - width - 2 * INDENT.length);
    return `${INDENT}${left.padEnd(width)}${INDENT}${wrapped.join(below)}`;
  });
  const blocks = [`${command} ${synopsis}`.trimEnd(), paragraph(about), lines.join('\n'), paragraph(closing ?? '')];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function synopsisOf([name, spec]: [string, OptionSpec]): string {
  const option = spec.value === undefined ? `--${name}` : `--${name} ${spec.value}`;
  const isRequired = !spec.type.safeParse(missingValue(spec)).success;
  if (isRequired) return option;
  return spec.repeats ? `[${option}]...` : `[${option}]`;
}

function rowsOf([name, { about, default: preset, value }]: [string, OptionSpec]): [left: string, right: string][] {
  if (typeof about === 'string') {
    const left = value === undefined ? `--${name}` : `--${name} ${value}`;
    return [[left, preset === undefined ? about : `${about} (${preset})`]];
  }
  return Object.entries(about).map(([form, purpose]) => [
    `--${name} ${form}`,
    form === preset ? `${purpose} (default)` : purpose,
  ]);
}

function paragraph(text: string): string {
  return wrap(text.split(' '), WIDTH).join('\n');
}

/** Lines of at most `width` characters; a part is never broken. */
function wrap(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line} ${part}`;
    if (longer.length <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = part;
    }
  }
  return [...lines, line];
}
