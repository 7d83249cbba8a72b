import type { Services } from './services.ts';

const HIDDEN = '(set)';

/** The engines as they may be printed: without passwords. */
export function shownServices({ kafka, postgres, redis }: Services): object {
  return {
    kafka: kafka && { ...kafka, ...(kafka.sasl && { sasl: { ...kafka.sasl, password: HIDDEN } }) },
    redis: redis && { ...redis, ...(redis.password !== undefined && { password: HIDDEN }) },
    postgres: postgres && {
      ...postgres,
      url: withoutPassword(postgres.url),
      ...(postgres.replicaUrl !== undefined && { replicaUrl: withoutPassword(postgres.replicaUrl) }),
    },
  };
}

/** Parameters may hold one as well, so they are left out. */
function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = HIDDEN;
  url.search = '';
  return decodeURI(url.href);
}
