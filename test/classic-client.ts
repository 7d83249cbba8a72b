import { once } from 'node:events';
import { WebSocket } from 'ws';

/**
 * A client that knows the classic contract only: it imports nothing of ours and knows no other frame.
 * Frames are kept in the order they came; waiting is for a condition, never for a time.
 */
export class ClassicClient {
  readonly frames: Record<string, unknown>[] = [];
  readonly socket: WebSocket;
  #waiting: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      // Classic frames are JSON objects; what is not would fail the test that reads it.
      this.frames.push(JSON.parse(data.toString('utf8')) as Record<string, unknown>);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async connect(url: string, query = ''): Promise<ClassicClient> {
    const client = new ClassicClient(new WebSocket(`${url.replace('http', 'ws')}/${query}`));
    await once(client.socket, 'open');
    await client.until((frames) => frames.length > 0);
    return client;
  }

  /** Resolves with the frames when they satisfy `condition`. */
  async until(condition: (frames: Record<string, unknown>[]) => boolean): Promise<Record<string, unknown>[]> {
    while (!condition(this.frames)) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    return this.frames;
  }

  /** The items of all `significant-moments` frames so far. */
  moments(): Record<string, unknown>[] {
    return this.frames
      .filter((frame) => frame['type'] === 'significant-moments')
      .flatMap((frame) => frame['data'] as Record<string, unknown>[]);
  }

  untilMoments(n: number): Promise<unknown> {
    return this.until(() => this.moments().length >= n);
  }

  send(text: string): void {
    this.socket.send(text);
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }
}
