/** One message of an audience, from a file, a replay or a live chat. */
export interface AudienceMessage {
  /** stream time in seconds */
  readonly at: number;
  /** who wrote it; "" = unknown, then nobody is capped */
  readonly author: string;
  /** "" = unknown: only the rate counts */
  readonly text: string;
  /** the platform's own emotes in the text, as typed */
  readonly emotes?: readonly string[];
  /** a subscription, raid or the like and not a message of its own; `raid` is told apart because it brings people */
  readonly notice?: 'raid' | 'other';
  /** known as a bot from elsewhere; the default list is checked in any case */
  readonly isBot?: boolean;
}
