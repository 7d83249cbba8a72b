import type { Role } from './role.ts';

export const analyzerRole: Role = {
  name: 'analyzer',
  summary: 'counts the log into windows and finds the moments',
  opens: [],
};
