import { z } from 'zod';
import { Domain, type DomainSpec, type TopicDeclaration, type TopicSpec } from './domain.ts';
import * as domains from './domains.ts';

/** What the domains declare, together. Nothing is listed here: a domain is found by its line in `domains.ts`. */

type Exports = (typeof domains)[keyof typeof domains];
type Specs = Exports extends infer One ? (One extends Domain<infer Spec> ? Spec : never) : never;
/** `A | B` → `A & B` */
type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
type Declared<Key extends keyof DomainSpec> = Specs extends infer Spec
  ? Spec extends { readonly [K in Key]: infer Value }
    ? Value
    : never
  : never;

const specs: readonly DomainSpec[] = Object.values(domains).flatMap((one: unknown) =>
  one instanceof Domain ? [one.spec as DomainSpec] : [],
);

/** Every error of the product, by the name that code uses. */
export const ERRORS = together('errors') as unknown as Together<Declared<'errors'>>;

type Topics = Together<Declared<'topics'>>;
const topics: Readonly<Record<string, TopicDeclaration>> = together('topics');

/** Names of the topics, by the name that code uses. Those of the classic contract are contracts. */
export const TOPICS = Object.fromEntries(Object.entries(topics).map(([key, { name }]) => [key, name])) as {
  readonly [Key in keyof Topics]: Topics[Key] extends { readonly name: infer Name } ? Name : never;
};

/** Ruling C35: partitions and retention of each topic. */
export function topicSpecs(mode: 'embedded' | 'cluster'): TopicSpec[] {
  return Object.values(topics).map(({ name, partitions, retentionMs }) => ({
    name,
    partitions: typeof partitions === 'number' ? partitions : partitions[mode],
    retentionMs,
  }));
}

/** What a client may say over the native socket. */
export type ClientFrame = z.infer<Declared<'frames'>[number]>;

// Its options are the frames of all domains; a discriminated union finds the right one by `op`.
const frames = specs.flatMap(({ frames: ofDomain = [] }) => ofDomain) as unknown as [Declared<'frames'>[number]];

export const clientFrameSchema = z.discriminatedUnion('op', frames);

function together(key: 'errors' | 'topics'): Readonly<Record<string, never>> {
  const entries = specs.flatMap((spec) => Object.entries(spec[key] ?? {}));
  const twice = entries.find(([name], index) => entries.some(([other], at) => other === name && at < index));
  if (twice) throw new Error(`Two domains declare ${key} by the name ${twice[0]}`);
  // The types above say what the values are: each entry keeps the one of its domain.
  return Object.fromEntries(entries) as Readonly<Record<string, never>>;
}
