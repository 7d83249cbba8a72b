/** The shortcuts of the delivered side (flows.md B3.3-5, B4.1-3, rows 11, 15 and 16). */
export const GATEWAY_SABOTAGES = {
  'gateway-delivers-out-of-order': 'hand an entry on when it comes instead of in its turn',
  'gateway-delivers-twice': 'hand every copy of an entry on',
  'gateway-foreign-epoch-accepted': 'take entries of an epoch that nobody announced',
  'gateway-rings-kept-over-epoch': 'keep what was known when a new epoch begins',
  'gateway-control-not-followed': 'let clients in without following `system:control`',
  'gateway-ticket-not-checked': 'let in whoever has a ticket, revoked or not',
  'gateway-tombstone-in-store-only': 'delete an entry in the store and tell nobody',
  'gateway-ring-not-mended': 'hear of a deletion and keep the text for those who come back',
  'gateway-gap-never-filled': 'wait for a missing entry instead of asking for it',
  'gateway-partial-fill-delivered': 'deliver a fill that has holes',
  'gateway-pending-unbounded': 'keep every entry that came early, however many',
  'gateway-heads-never-asked': 'trust a dead log to have brought everything',
  'gateway-head-before-subscription': 'read the head before bus and log are confirmed',
  'gateway-resume-ahead-guessed': 'answer a client ahead of this gateway without asking the store',
  'gateway-partial-recovery': 'call a replay recovered that lacks its beginning',
  'gateway-replay-before-joining': 'cut the replay in one turn and join in a later one',
} as const;
