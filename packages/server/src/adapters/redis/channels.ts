/** The subscriptions of this process to channels of Redis. They are made again by themselves after every interruption. */
export interface Channels extends AsyncDisposable {
  add(channel: string): void;
  remove(channel: string): void;
  /** Resolves when Redis has confirmed the channel on the connection that is there now; never rejects. */
  confirmation(channel: string): Promise<void>;
  /** Whether Redis is known to be away for the channel: waiting for a confirmation is no use. */
  isAway(channel: string): boolean;
}

export type Receive = (channel: string, text: string) => void;
