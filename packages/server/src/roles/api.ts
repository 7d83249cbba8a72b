import type { Role } from './role.ts';

export const apiRole: Role = { name: 'api', summary: 'HTTP: the API, classic routes and the page', opens: ['pages'] };
