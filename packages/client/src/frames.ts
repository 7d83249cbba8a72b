import type { ClientFrame, ServerFrame, SubscriptionReply } from '@ovation/protocol';

/** Of the polling transport only: what a subscription would be answered now, which brings it up to date. */
export interface SyncFrame {
  k: 'sync';
  c: number;
  sub: Exclude<SubscriptionReply, { code: number }>;
}

/** Several objects travel in one text frame, separated by a newline. */
export function encodeFrames(frames: readonly ClientFrame[]): string {
  return frames.map((frame) => JSON.stringify(frame)).join('\n');
}

/** The server's objects in one text frame. What cannot be read is left out: a newer server may send more than we know. */
export function decodeFrames(text: string): (ServerFrame | SyncFrame)[] {
  const frames: (ServerFrame | SyncFrame)[] = [];
  for (const line of text.split('\n')) {
    const frame = decodeFrame(line);
    if (frame) frames.push(frame);
  }
  return frames;
}

/** Our own frames, for transports that carry them in another way. */
export function decodeClientFrames(text: string): ClientFrame[] {
  // `encodeFrames` wrote them.
  return text.split('\n').map((line) => JSON.parse(line) as ClientFrame);
}

function decodeFrame(line: string): ServerFrame | SyncFrame | undefined {
  if (line === '') return undefined;
  try {
    const value: unknown = JSON.parse(line);
    const isFrame = typeof value === 'object' && value !== null && 'k' in value && typeof value.k === 'string';
    // The subprotocol's name is its version, so past `k` the shape is the server's word.
    return isFrame ? (value as ServerFrame | SyncFrame) : undefined;
  } catch {
    return undefined;
  }
}
