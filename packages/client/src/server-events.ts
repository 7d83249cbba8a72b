/** One server-sent event; a comment is one of its own, named `comment`. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Events of a `text/event-stream` as they come. Ends when the stream ends. @throws when it breaks */
export async function* readServerEvents(response: Response): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let text = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += decoder.decode(part.value, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (event) yield event;
    }
  }
}

function parse(block: string): ServerEvent | undefined {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith(':')) return { event: 'comment', data: '' };
    if (line.startsWith('event: ')) event = line.slice('event: '.length);
    else if (line.startsWith('data: ')) data.push(line.slice('data: '.length));
  }
  return data.length > 0 ? { event, data: data.join('\n') } : undefined;
}
