/** What strangers tried as an emote, and what no door may take (docs/decisions/doors.md D1). */
export const HOSTILE_EMOTES: readonly string[] = [
  'unicode:0',
  'unicode:1f525-0',
  'unicode:d83d',
  'unicode:d83d-dd25',
  'unicode:202e',
  'unicode:61',
  'unicode:3c-73-3e',
  'unicode:ffffff',
  'unicode:',
  'unicode:x',
  'UNICODE:0',
  'twitch:\u0000',
  'twitch:25\u202E',
  '7tv:<img>',
  'text:a&b',
  '<script>',
  'a\u200Db',
  'bttv:\uFEFFx',
  'custom:one:\u2066x',
  '\uD83D',
  'text:\uDD25',
  'ffz:\u3164',
  '\u{E0041}\u{E0042}',
  'text:\uFFFE',
];

/** What is no name of an emote. Markup is: it is made harmless before it is kept. */
export const HOSTILE_NAMES: readonly string[] = [
  'a\u0000',
  '\uD83D',
  '\u202Eevil',
  'a\u200B',
  '\u2800',
  ' a',
  '\u0007',
];
