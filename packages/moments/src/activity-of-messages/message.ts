/** One message of an audience, from a file, a replay or a live chat. */
export interface AudienceMessage {
  /** stream time in seconds */
  readonly at: number;
  /** "" = unknown; then the weight of repeated messages is not reduced */
  readonly author: string;
  /** "" = unknown; then the message counts in the rate only */
  readonly text: string;
  /** the platform's own emotes in the text, as typed */
  readonly emotes?: readonly string[];
  /** set for a subscription, a raid or a similar event; `raid` is separate because it brings new viewers */
  readonly notice?: 'raid' | 'other';
  /** the source marks the author as a bot; the default list is checked in any case */
  readonly isBot?: boolean;
}
