export type { AccessRule, TokenOwner } from './access-rule.ts';
export {
  bearerOf,
  type Caller,
  callerOf,
  type ChannelMaker,
  makerOf,
  strangerOf,
  userOf,
  withToken,
} from './caller.ts';
export type { Identity } from './identity.ts';
export { PAGE_TEXTS, pageRefusal } from './page-rule.ts';
export { isLoopbackPeer } from './peer.ts';
export { RevocationList } from './revocation-list.ts';
