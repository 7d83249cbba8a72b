import { ERRORS } from '@ovation/protocol';
import { z } from 'zod';

/** Errors of `/api` and `/internal`. */
export const errorEnvelope = z.object({
  error: z.object({
    code: z.enum(Object.values(ERRORS).map(({ code }) => code)),
    message: z.string().describe('a sentence for people'),
    details: z.array(z.object({ field: z.string(), reason: z.string() })),
    timestamp: z.iso.datetime(),
    requestId: z.string().describe('also in the header X-Request-Id and in the log'),
  }),
});
z.globalRegistry.add(errorEnvelope, { id: 'Error' });

/** Errors of the classic addresses (ruling C22). */
export const classicError = z.object({
  error: z.string().describe('a sentence for people'),
  retryAfter: z.int().optional().describe('seconds, where a limit refused'),
});
z.globalRegistry.add(classicError, { id: 'ClassicError' });
