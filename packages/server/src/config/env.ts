import { type Environment, VARIABLES } from './names.ts';

/** The only place that reads process.env. Empty values count as unset. */
export function readEnvironment(): Environment {
  const entries = VARIABLES.map(({ name }) => [name, process.env[name]?.trim()] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''));
}
