import type { Role } from './role.ts';

export const workerRole: Role = {
  name: 'worker',
  summary: 'carries the outbox to the event log and removes old entries',
  opens: [],
};
