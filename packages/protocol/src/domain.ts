import type { z } from 'zod';
import type { ErrorSpec } from './core/errors.ts';

/** A topic of the event log. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

/** A topic as a domain declares it: its name is the contract, its partitions may differ between the modes. */
export interface TopicDeclaration {
  readonly name: string;
  readonly partitions: number | { readonly embedded: number; readonly cluster: number };
  readonly retentionMs: number;
}

/** What one domain says across a process boundary. Everything else that it exports are schemas and their types. */
export interface DomainSpec {
  readonly name: string;
  /** by the name that code uses */
  readonly errors?: Readonly<Record<string, ErrorSpec>>;
  /** by the name that code uses */
  readonly topics?: Readonly<Record<string, TopicDeclaration>>;
  /** objects that a client sends over the native socket; `op` is their name */
  readonly frames?: readonly z.ZodObject[];
}

/** Marks what a domain declares, so that the catalogue finds it among the exports of `domains.ts`. */
export class Domain<Spec extends DomainSpec> {
  readonly spec: Spec;

  constructor(spec: Spec) {
    this.spec = spec;
  }
}

export function defineDomain<const Spec extends DomainSpec>(spec: Spec): Domain<Spec> {
  return new Domain(spec);
}
