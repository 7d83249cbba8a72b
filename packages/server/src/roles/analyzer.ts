import type { Role } from './role.ts';

export const analyzerRole: Role = { name: 'analyzer', opens: [] };
