/** The classic roles and what each may do (S2-41). `*` is everything. */
const ROLE_PERMISSIONS = {
  viewer: ['read:emotes', 'read:moments'],
  streamer: ['read:emotes', 'read:moments', 'update:settings', 'create:channels', 'manage:channels'],
  moderator: ['read:emotes', 'read:moments', 'update:settings', 'moderate:emotes'],
  admin: ['*'],
} as const satisfies Record<string, readonly string[]>;

export interface Caller {
  readonly role: string;
  /** the channel that a streamer owns */
  readonly streamerId: string | undefined;
}

/** Whether the caller may do `permission` in `channel`. Unknown roles may do nothing. */
export function isPermitted(caller: Caller, permission: string, channel: string): boolean {
  if (!isRole(caller.role)) return false;
  const granted: readonly string[] = ROLE_PERMISSIONS[caller.role];
  if (granted.includes('*')) return true;
  if (!granted.includes(permission)) return false;
  // A streamer changes the own channel only; reading is not bound to a channel.
  const isBoundToOwn = caller.role === 'streamer' && !permission.startsWith('read:');
  return !isBoundToOwn || caller.streamerId === channel;
}

function isRole(role: string): role is keyof typeof ROLE_PERMISSIONS {
  return Object.hasOwn(ROLE_PERMISSIONS, role);
}
