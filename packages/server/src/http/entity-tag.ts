import { ERRORS } from '@ovation/protocol';
import { HttpProblem } from './answers/http-problem.ts';

/** The version of a resource as HTTP writes it: `"7"`. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that `If-Match` asks for; undefined when there is no condition (no header, or `*`).
 * @throws HttpProblem 400 when it is not one version
 */
export function versionOf(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const version = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  const reason = 'If-Match must be one version in quotes, like "7"';
  throw new HttpProblem(ERRORS.validation, { details: [{ field: 'if-match', reason }] });
}
