import { defineDomain } from '../domain.ts';
import { CORE_ERRORS } from './errors.ts';

export * from './emotes.ts';
export { CLOSE, type ErrorEnvelope, type ErrorSpec, errorSpec, FRAME_ERRORS } from './errors.ts';
export * from './names.ts';
export * from './pagination.ts';
export * from './partition.ts';
export * from './unstorable-text.ts';

export const coreDomain = defineDomain({ name: 'core', errors: CORE_ERRORS });
