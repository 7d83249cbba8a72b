import type { ClientFrame, ServerFrame } from '@ovation/protocol';

/** Several objects travel in one text frame, separated by a newline. */
export function encodeFrames(frames: readonly ClientFrame[]): string {
  return frames.map((frame) => JSON.stringify(frame)).join('\n');
}

/** The server's objects in one text frame. What cannot be read is left out: a newer server may send more than we know. */
export function decodeFrames(text: string): ServerFrame[] {
  const frames: ServerFrame[] = [];
  for (const line of text.split('\n')) {
    const frame = decodeFrame(line);
    if (frame) frames.push(frame);
  }
  return frames;
}

function decodeFrame(line: string): ServerFrame | undefined {
  if (line === '') return undefined;
  try {
    const value: unknown = JSON.parse(line);
    const isFrame = typeof value === 'object' && value !== null && 'k' in value && typeof value.k === 'string';
    // The subprotocol's name is its version, so past `k` the shape is the server's word.
    return isFrame ? (value as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
