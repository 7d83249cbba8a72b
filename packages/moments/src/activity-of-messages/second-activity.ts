/** A message that is shown as a sample of a moment. */
export interface SampleMessage {
  /** stream time in seconds */
  readonly at: number;
  readonly author: string;
  readonly text: string;
}

/** Counts of messages that are probably no reactions. They explain why a chat rose. */
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
  /** authors who had not written for ten minutes; 0 unless the option `newcomers` is set */
  newcomers: number;
}

/** The audience of one second. */
export interface SecondActivity {
  /** whole second of stream time */
  readonly second: number;
  /** sum of the weights of the messages: 0 for a bot's message, less than 1 for a repeated author or a copied text */
  weight: number;
  /** number of messages, without weights */
  messages: number;
  /** known author → number of messages */
  readonly authors: Map<string, number>;
  /** reaction → sum of the weights of the messages with it */
  readonly reactions: Map<string, number>;
  /** weight of the messages that have a reaction */
  reactionWeight: number;
  readonly features: ActivityFeatures;
  /** the first few messages with a text */
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

/** Read only, because all silent seconds share their maps. */
export function silentSecond(second: number): Readonly<SecondActivity> {
  return { ...SILENCE, second };
}
