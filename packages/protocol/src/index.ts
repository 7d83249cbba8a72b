export * from './catalogue.ts';
export { defineDomain, type DomainSpec, type TopicSpec } from './domain.ts';
export * from './domains.ts';
