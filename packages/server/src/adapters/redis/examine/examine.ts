import type { RedisService } from '../../../config/services.ts';
import type { Clock } from '../../../ports/clock.ts';
import { clockFinding, type Finding, fine, problem, warning } from '../../../ports/finding.ts';
import { silentLogger } from '../../../telemetry/logger.ts';
import { openClient, type RedisClient } from '../clients.ts';
import { reasonOf, refusalOf } from '../failures.ts';
import { examineUse } from './use.ts';

const OLDEST = 7;
/** This machine may be busy; what answers with a refusal is not waited for. */
const READY_LIMIT_MS = 15_000;
/** Attempts to connect that are refused, after which Redis counts as away; the client makes them within a second. */
const NOBODY_THERE = 4;
const UNREACHABLE = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

export interface RedisExamination {
  readonly service: RedisService;
  readonly clock: Clock;
}

export async function examineRedis(examination: RedisExamination): Promise<Finding[]> {
  const { service } = examination;
  const client = openClient(service);
  try {
    const failure = await untilReady(client, examination.clock);
    const subject = `Redis at ${service.nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}`;
    if (failure !== undefined) return [problem(subject, failure.says, failure.mend)];
    return [
      fine(subject, `answers as ${service.mode === 'single' ? 'a single server' : service.mode}`),
      ...(await examineServer(client, examination)),
      ...(await examineUse({ ...examination, logger: silentLogger() })),
    ];
  } finally {
    client.disconnect();
  }
}

async function untilReady(client: RedisClient, clock: Clock): Promise<{ says: string; mend: string } | undefined> {
  const outcome = Promise.withResolvers<{ says: string; mend: string } | undefined>();
  let last: unknown = new Error('it does not answer');
  let nobodyThere = 0;
  const hear = (error: unknown) => {
    last = error;
    if (UNREACHABLE.test(reasonOf(error))) nobodyThere += 1;
    if (refusalOf(error) !== undefined || nobodyThere === NOBODY_THERE) outcome.resolve(failureOf(error));
  };
  client.on('error', hear);
  client.on('node error', hear);
  client.on('ready', () => outcome.resolve(undefined));
  using _limit = clock.after(READY_LIMIT_MS, () => outcome.resolve(failureOf(last)));
  return await outcome.promise;
}

function failureOf(error: unknown): { says: string; mend: string } {
  const refusal = refusalOf(error);
  if (refusal === undefined) {
    const mend = 'Start it, or set OVATION_REDIS_URL to the address that it listens on.';
    return { says: `cannot be reached: ${reasonOf(error)}`, mend };
  }
  return {
    says: `refuses: ${refusal}`,
    mend: 'Set OVATION_REDIS_URL to what it takes: redis://user:password@host:port/0.',
  };
}

async function examineServer(client: RedisClient, { clock }: RedisExamination): Promise<Finding[]> {
  try {
    const info = await client.info();
    const askedAt = clock.wall();
    const [seconds = 0, micros = 0] = (await client.time()).map(Number);
    const theirs = seconds * 1_000 + micros / 1_000;
    return [
      versionFinding(info),
      ...memoryFindings(info),
      clockFinding('Redis clock', { askedAt, heardAt: clock.wall(), theirs }),
    ];
  } catch (error) {
    const says = `could not be asked: ${reasonOf(error)}`;
    return [warning('Redis version', says, 'Allow the user +info and +time, or go by what the operator says.')];
  }
}

function versionFinding(info: string): Finding {
  const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown';
  if (Number.parseInt(version, 10) >= OLDEST) return fine('Redis version', `is ${version}`);
  return problem('Redis version', `is ${version}; Ovation needs ${OLDEST} or newer`, 'Upgrade Redis.');
}

/** A counter of a limit that is thrown away early gives a caller more than the limit. */
function memoryFindings(info: string): Finding[] {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
  const most = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
  if (most === 0 || policy === 'noeviction') return [];
  const says = `throws keys away when it is full (maxmemory-policy ${policy})`;
  return [warning('Redis memory', says, 'Set maxmemory-policy noeviction, so that limits are kept.')];
}
