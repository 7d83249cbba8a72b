import { createHash } from 'node:crypto';
import { ERRORS } from '@ovation/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AccessRule, userOf } from '../../callers/index.ts';
import { callerOf } from '../caller.ts';
import { HttpProblem } from '../answers/http-problem.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** What must be kept of requests so that a repeat has no second effect. The module `idempotency` fills it. */
export interface OneEffect {
  begin(request: KeyedRequest): Promise<Begun>;
}

export interface KeyedRequest {
  /** the caller: equal keys of two callers are two keys */
  readonly principal: string;
  /** method and path */
  readonly route: string;
  readonly key: string;
  readonly bodyHash: string;
}

/** An answer that is given to every repeat. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FirstRequest {
  readonly outcome: 'first';
  /** The same for each attempt at this request: what it makes gets this id, so no attempt makes a second one. */
  readonly effectId: string;
  /** Resolves when the next request with this key gets `answer`. Never rejects. */
  finish(answer: KeptAnswer): Promise<void>;
  /** It failed. `isUntouched`: for certain nothing happened, so the key is free again. Never rejects. */
  giveUp(isUntouched: boolean): Promise<void>;
}

export type Begun =
  | FirstRequest
  | { readonly outcome: 'repeat'; readonly response: KeptAnswer }
  | { readonly outcome: 'other_body' }
  | { readonly outcome: 'in_progress'; readonly retryAfterMs: number };

const first = new WeakMap<FastifyRequest, FirstRequest>();

/** The id for what this request makes: the same for every repeat. Undefined without `Idempotency-Key`. */
export function effectIdOf(request: FastifyRequest): string | undefined {
  return first.get(request)?.effectId;
}

/**
 * `Idempotency-Key` on every POST (S1-07): the first request has its effect, every repeat gets the same answer. What was
 * refused had no effect and is not kept.
 */
export function keepOneEffect(
  app: FastifyInstance,
  { access, idempotency }: { access: AccessRule; idempotency: OneEffect },
): void {
  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === undefined) return undefined;
    const begun = await idempotency.begin({
      principal: await principalOf(access, request),
      route: `${request.method} ${request.url.replace(/\?.*/, '')}`,
      key,
      bodyHash: createHash('sha256').update(textOf(request.body)).digest('base64url'),
    });
    switch (begun.outcome) {
      case 'first':
        first.set(request, begun);
        return undefined;
      case 'repeat': {
        const { body, headers, status } = begun.response;
        return reply.status(status).headers(headers).header('idempotency-replayed', 'true').send(body);
      }
      case 'other_body':
        throw new HttpProblem(ERRORS.idempotencyConflict);
      case 'in_progress':
        throw new HttpProblem(ERRORS.inProgress, {
          headers: { 'retry-after': String(Math.ceil(begun.retryAfterMs / 1_000)) },
        });
    }
  });

  // Before the answer leaves: a caller that has it can count on its being kept.
  app.addHook('onSend', async (request, reply, payload) => {
    const begun = first.get(request);
    if (begun) await settle(begun, reply, payload);
    return payload;
  });
}

async function settle(begun: FirstRequest, reply: FastifyReply, payload: unknown): Promise<void> {
  const status = reply.statusCode;
  if (status >= 400 || typeof payload !== 'string') return begun.giveUp(status < 500);
  const type = reply.getHeader('content-type');
  await begun.finish({ status, headers: type === undefined ? {} : { 'content-type': String(type) }, body: payload });
}

/** @throws HttpProblem 400 */
function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  const reason = 'Idempotency-Key must be 1 to 255 visible ASCII characters';
  throw new HttpProblem(ERRORS.validation, { details: [{ field: 'idempotency-key', reason }] });
}

/** All callers without a token are one: a phone that changes its network must find its own key. */
async function principalOf(access: AccessRule, request: FastifyRequest): Promise<string> {
  const user = userOf(await callerOf(access, request));
  return user === undefined ? 'anyone' : `user:${user}`;
}

/** A route that takes no body checks none, and what is nested too deeply for a text of it is a mistake of the caller. */
function textOf(body: unknown): string {
  try {
    return JSON.stringify(body) ?? '';
  } catch (error) {
    throw new HttpProblem(ERRORS.validation, { text: 'The body is nested too deeply', cause: error });
  }
}
