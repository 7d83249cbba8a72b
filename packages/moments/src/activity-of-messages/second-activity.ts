/** What a sample message shows of itself. */
export interface SampleMessage {
  /** stream time in seconds */
  readonly at: number;
  readonly author: string;
  readonly text: string;
}

/** Counts of messages that look like something else than a reaction; they explain a rise. */
export interface ActivityFeatures {
  bots: number;
  commands: number;
  /** single digits, +, -, y, n */
  votes: number;
  notices: number;
  raids: number;
  /** long texts that had been posted within the last 30 s */
  copies: number;
  /** messages that say that an advertisement runs */
  ads: number;
  /** authors who had not written for ten minutes; 0 unless asked for */
  newcomers: number;
}

/** The audience of one second. */
export interface SecondActivity {
  /** whole second of stream time */
  readonly second: number;
  /** messages, each counted as far as it is somebody's reaction: 0 for a bot, less for the tenth of one author */
  weight: number;
  /** messages as they came */
  messages: number;
  /** messages of each author who is known */
  readonly authors: Map<string, number>;
  /** reaction -> messages with it, weighted as in `weight` */
  readonly reactions: Map<string, number>;
  /** weight of the messages that have a reaction */
  reactionWeight: number;
  readonly features: ActivityFeatures;
  /** the first few people's messages that have a text */
  readonly samples: SampleMessage[];
}

export function emptySecond(second: number): SecondActivity {
  return {
    second,
    weight: 0,
    messages: 0,
    authors: new Map(),
    reactions: new Map(),
    reactionWeight: 0,
    features: { bots: 0, commands: 0, votes: 0, notices: 0, raids: 0, copies: 0, ads: 0, newcomers: 0 },
    samples: [],
  };
}

const SILENCE = emptySecond(0);

/** To read only: what it holds is the same for all of them. */
export function silentSecond(second: number): Readonly<SecondActivity> {
  return { ...SILENCE, second };
}
