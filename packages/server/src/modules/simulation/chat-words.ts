import type { MomentKind } from '@ovation/protocol';

const split = (words: string): readonly string[] => words.trim().split(/\s+/);

/** Common words first: they are drawn more often. */
export const WORDS = split(`
  the i you to a it is that and this what he so no in of on just my for not was we do like can me good they how why
  are but one go if with get all have at now game chat yes be his too when play oh up really see time out day think
  did some nice there more never know right where who an them from got would well dude your man still will back come
  here look stop new always wait first bad best say last win lose again over did every way team only two need even
  going then than because next great want thing hard easy fun watch stream round map run start end music song food
  sleep work today tomorrow night late early help love hate true false maybe almost lucky unlucky clean smooth sound
  mic cam screen left right push hide jump fast slow top bottom middle close far old young water coffee pizza cat dog
  friend brother guys people everyone someone nobody anything nothing something weird funny boring crazy strange sick
  level boss quest loot armor build skill tree skip reset save load menu setting button stick mouse keyboard screen
  record score point lead chance number half quarter minute second hour week month year summer winter rain snow sun
`);

/** How people react in words. */
export const REACTION_WORDS: Readonly<Record<MomentKind, readonly string[]>> = {
  laugh: split('lol lmao haha hahaha hahahaha xd rofl'),
  hype: ["let's go", 'LETS GO', 'yes', 'YESSS', 'clean', 'gg', 'insane', 'what a play'],
  shock: ['omg', 'wtf', 'what', 'WHAT', 'no way', 'holy', '???', 'how'],
  sad: ['rip', 'f', 'F', 'nooo', 'unlucky', 'nt', 'so sad'],
  love: ['aww', 'awww', 'so cute', 'love this', 'love you all', 'luv'],
};

export const COMMANDS = ['!uptime', '!song', '!discord', '!settings', '!rank', '!time'] as const;
export const BOT_LINES = [
  'Follow the channel to hear when the next broadcast starts. !discord has the link',
  'Remember to drink some water and to be kind to each other',
  'The times of all broadcasts are below the video, see !time',
] as const;
export const RAID_LINES = ['RAID', 'raid!', 'hello from the raid', 'we are here', 'hi everyone'] as const;
export const AD_LINES = ['ads', 'ad break again', 'so many ads', 'back after the ads'] as const;
export const THANKS = ['thank you', 'thanks for the gift', 'wow so many', 'gifted'] as const;

/** What a small audience says while nothing much happens. */
export const SMALL_TALK: readonly string[] = [
  'hello from work',
  'what did I miss?',
  'good evening everyone',
  'love this song',
  'that was close',
  'how long until the break?',
  'first time here, hi',
  'the lighting is great today',
  'who is playing next?',
  'same as last week haha',
  'snacks are ready',
  'is it only me or is it loud?',
  'no way that works',
  'called it',
  'here we go again',
  'so calm today',
  'back again',
  'can you show that once more?',
  'my cat is watching too',
  'this is going to be good',
];
