import { formatCount, formatRate, formatShare, formatSpan } from './ui/number-and-time.ts';

/** Every sentence of the page, in one place. Functions where a number decides the form. */

const plural = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** What a screen reader and a tooltip call the default emotes; others speak for themselves. */
const emoteNames: Readonly<Record<string, string>> = {
  '😀': 'grinning face',
  '😡': 'angry face',
  '😢': 'crying face',
  '😮': 'astonished face',
  '❤️': 'red heart',
  '👍': 'thumbs up',
  '👎': 'thumbs down',
  '🔥': 'fire',
};

export const texts = {
  product: 'Ovation',
  emoteName: (display: string) => emoteNames[display] ?? display,

  header: {
    channel: (name: string) => `Channel ${name}. Switch channel`,
    channels: 'Channels',
    watching: (count: number) => `${formatCount(count)} watching`,
    newChannel: 'New channel…',
    noBroadcast: 'Off air',
    onAir: (title: string) => (title === '' ? 'On air' : `On air: ${title}`),
    view: 'View options',
    settings: 'Settings',
    settingsOf: (name: string) => `Settings of ${name}`,
  },

  connection: {
    connecting: 'Connecting',
    live: 'Connected',
    waiting: 'Offline',
    closed: 'Disconnected',
    waitingFor: (seconds: number) => `Offline. Trying again in ${seconds} s`,
    reconnecting: 'Offline. Trying now',
    closedFor: (code: number) => `The server ended this connection (code ${code})`,
    tryNow: 'Try now',
    isBack: 'Connected again',
    isLost: 'Connection lost',
  },

  view: {
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    motion: 'Motion',
    motions: { system: 'As the system', full: 'Full', reduce: 'Reduced' },
    keys: 'Keyboard',
    shortcuts: 'Keys 1 to 8 react',
  },

  live: {
    title: 'Live reactions',
    rate: 'reactions per second',
    total: 'in five minutes',
    pause: 'Pause',
    resume: 'Resume',
    paused: 'Paused',
    showTable: 'Show as table',
    showChart: 'Show as chart',
    chart: 'Reactions per second over the last five minutes',
    chartHelp: 'Left and right arrow keys move through time',
    asOf: (time: string) => `As of ${time}, when the connection was lost`,
    hint: (seconds: number) =>
      seconds === 1 ? 'Last five minutes' : `Last five minutes, mean over ${seconds} seconds`,
    at: (time: string, rate: string) => `${time}, ${rate} per second`,
    nothingAt: (time: string) => `${time}, no reactions`,
    time: 'Time',
    all: 'All',
    other: 'Other',
    tableCaption: 'Reactions in steps of ten seconds, newest first',
  },

  swarm: {
    recent: (seconds: number) => `Last ${seconds} s`,
    none: 'no reactions',
  },

  tally: {
    title: 'Counts of five minutes, shares of this minute',
    rule: (threshold: number, interval: number) =>
      `More than ${formatShare(threshold)} of a minute is a moment, checked every ${plural(interval, 'reaction', 'reactions')}.`,
    row: (name: string, count: number, share: number) =>
      `${name}: ${plural(count, 'reaction', 'reactions')} in five minutes, ${formatShare(share)} of this minute`,
    others: (count: number) => `Other emotes: ${formatCount(count)}`,
    fiveMinutes: 'Five minutes',
    share: 'Share of this minute',
  },

  moments: {
    title: 'Moments',
    rising: 'happening now',
    final: 'over',
    faded: 'over · below the threshold',
    fadedNote: 'It was a moment when it was checked; over the whole minute it was not.',
    fadedCount: (count: number) => `${plural(count, 'moment', 'moments')} that ended below the threshold`,
    peak: (ratio: number) => `at most ${formatShare(ratio)}`,
    newestTitle: 'Newest moment',
    none: 'No moment yet',
    alsoShare: (name: string, ratio: number) => `${name} ${formatShare(ratio)} of its minute`,
    ofReactions: (count: number, total: number) => `${formatCount(count)} of ${plural(total, 'reaction', 'reactions')}`,
    share: (display: string, ratio: number) => `${display} ${formatShare(ratio)}`,
    window: (from: string, to: string) => `${from}–${to}`,
    newest: (count: number, most: number) =>
      count < most ? plural(count, 'moment', 'moments') : `the newest ${formatCount(most)}`,
    asOf: (time: string) => `as of ${time}`,
    held: (count: number) => `${plural(count, 'new moment', 'new moments')} while paused`,
    announceOne: (name: string, ratio: number) => `New moment: ${name}, ${formatShare(ratio)}`,
    announceSurge: (kind: string, flags: readonly string[], now: number, base: number) =>
      `New moment of the whole audience: ${[kind, ...flags].join(', ')}, ${formatRate(now)} a second, usually ${formatRate(base)}`,
    kinds: { laugh: 'Laughter', hype: 'Hype', shock: 'Shock', sad: 'Sadness', love: 'Love' },
    surge: 'Surge',
    flag: (flag: string) => `perhaps ${flag === 'ad break' ? 'an ad break' : `a ${flag}`}`,
    rate: (now: number, base: number) => `${formatRate(now)} /s, usually ${formatRate(base)}`,
    length: (seconds: number) => `${formatCount(seconds)} s`,
    said: (quotes: readonly string[]) => quotes.map((text) => `“${text}”`).join('  '),
    people: (authors: number, messages: number, reactions: number) =>
      messages > 0
        ? `${plural(authors, 'person', 'people')} wrote ${plural(messages, 'message', 'messages')}`
        : plural(reactions, 'reaction', 'reactions'),
    learning: (seconds: number) => `learning this audience: ${formatCount(seconds)} s`,
    announceMany: (count: number, name: string) => `${formatCount(count)} new moments, the latest: ${name}`,
  },

  empty: {
    title: 'No moments yet',
    rule: (threshold: number, interval: number) =>
      `A moment appears when one emote takes more than ${formatShare(threshold)} of a minute’s reactions. It is checked after every ${plural(interval, 'reaction', 'reactions')}.`,
    learning: (seconds: number) =>
      `So is a rise of the whole audience above what is usual here. That is learned in the first ${formatCount(seconds)} seconds.`,
    react: 'React below',
    reactMore: 'Tap an emote, or hold it for a stream.',
    demo: 'Watch the demo audience',
    demoMore: 'A simulated crowd in its own channel.',
    demoLink: 'Open channel demo',
    demoOff: 'Start the demo audience',
    demoOffMore: 'It is switched off here by OVATION_SIMULATOR=off. Start the server without it:',
    demoCommand: 'npm start',
    replay: 'Replay a chat log',
    replayMore: 'A real broadcast, played in as if it were live:',
    replayCommand: (channel: string) => `npx ovation replay chat.json --speed 30 --channel ${channel}`,
    copy: 'Copy',
    copied: 'Copied',
    copyCommand: (command: string) => `Copy the command ${command}`,
  },

  react: {
    title: 'React',
    hint: 'Tap, or hold for a stream',
    keys: 'Keys 1 to 8',
    own: (count: number) => `You sent ${formatCount(count)}`,
    one: (name: string) => `React with ${name}`,
    more: (count: number) => `${formatCount(count)} more emotes`,
    offline: 'No connection: you cannot react now',
    limited: 'Slow down: more than the server takes',
    stalled: 'Moments are late: the server does not analyse reactions right now. All of them are kept.',
  },

  unknown: {
    title: (name: string) => `There is no channel “${name}”`,
    text: 'Channels are made by hand, so that a typing mistake does not become one.',
    impossible: 'A channel name is 1 to 64 letters, digits, “_”, “.” or “-”.',
    create: (name: string) => `Create ${name}`,
    creating: 'Creating…',
    toDemo: 'Go to demo',
    toDefault: 'Go to default',
    refused: 'The server does not show this channel',
  },

  missing: {
    title: (path: string) => `There is no page “${path}”`,
    text: 'A channel has the address /?channel= and its name.',
    open: (name: string) => `Open channel ${name}`,
  },

  newChannel: {
    title: 'New channel',
    name: 'Name',
    help: '1 to 64 letters, digits, “_”, “.” or “-”',
    create: 'Create channel',
    cancel: 'Cancel',
  },

  settings: {
    title: 'Settings',
    close: 'Close settings',
    rule: (threshold: number, interval: number) =>
      `One emote above ${formatShare(threshold)} of a minute’s reactions is a moment. It is checked each time ${plural(interval, 'more reaction', 'more reactions')} came in.`,
    interval: 'Interval',
    intervalUnit: 'reactions',
    intervalHelp: 'A number of reactions, not a time. From 1 to 1000.',
    intervalWrong: 'Give a whole number from 1 to 1000',
    threshold: 'Threshold',
    thresholdHelp: 'Share of a minute’s reactions, between 0 and 1.',
    thresholdNumber: 'Threshold as a number',
    thresholdWrong: 'Give a number between 0 and 1, such as 0.3; 0 and 1 themselves are no threshold',
    increase: 'Increase',
    decrease: 'Decrease',
    emotes: 'Allowed emotes',
    emotesHelp: 'Only these count, also in the total.',
    noEmotes: 'None allowed',
    remove: 'Remove',
    add: 'Add emoji',
    addName: 'Emote by name',
    addNameHelp: 'A custom emote, for example Kappa',
    addNameButton: 'Add',
    addNameWrong: 'An emote name has no spaces and at most 64 bytes',
    save: 'Save settings',
    saving: 'Saving…',
    saved: 'Saved. In force from the next reaction.',
    unchanged: 'Nothing changed',
    reset: 'Undo changes',
    changedByOther: 'Another person has just saved these settings.',
    takeTheirs: 'Use theirs',
    failed: 'Not saved',
    noAnswer: 'The server does not answer. Your changes are kept here.',
    unauthenticated: 'This server asks who you are. Paste an access token to save.',
    forbidden: 'This token may not change settings. Paste one that may (streamer, moderator or admin).',
    token: 'Access token',
    tokenHelp: 'Kept in this tab until you close it.',
    submitToken: 'Save with this token',
  },

  preview: {
    title: 'The last hour with these settings',
    scope: 'Only moments of single emotes. Rises of the whole audience do not depend on these settings.',
    moments: (count: number) => plural(count, 'moment', 'moments'),
    from: (reactions: number, windows: number) =>
      `from ${plural(reactions, 'reaction', 'reactions')} in ${plural(windows, 'minute', 'minutes')}`,
    young: (spanMs: number) => `The log covers only the last ${formatSpan(spanMs)}.`,
    empty: 'There are no reactions in the log yet, so there is nothing to preview.',
    wait: 'Counting…',
    failed: 'No preview: the server does not answer.',
    invalid: 'No preview for these values.',
  },

  picker: {
    title: 'Pick an emoji',
    search: 'Search emoji',
    loading: 'Loading emoji…',
    empty: 'No emoji found',
    list: 'Emoji',
  },

  crash: {
    title: 'This page stumbled',
    text: 'The server goes on counting. Loading the page again brings everything back.',
    reload: 'Load again',
  },
} as const;
