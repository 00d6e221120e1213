/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** `message` unless the stream names another. */
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
  /** Milliseconds to wait before connecting again, if the stream says so. */
  readonly retry: number | undefined;
}

/** Reads server-sent events from an answer: `for await (const event of serverSentEvents(response)) …`. */
export async function* serverSentEvents(response: Response): AsyncGenerator<ServerSentEvent, void, undefined> {
  let fields = emptyFields();
  for await (const line of textLines(response)) {
    if (line !== '') {
      addField(fields, line);
      continue;
    }
    if (fields.data.length > 0) yield { event: fields.event, data: fields.data.join('\n'), id: fields.id, retry: fields.retry };
    fields = { ...emptyFields(), id: fields.id };
  }
}

/** Reads JSON values that come one a line (`application/jsonl`, `application/x-ndjson`). */
export async function* jsonLines<T = unknown>(response: Response): AsyncGenerator<T, void, undefined> {
  for await (const line of textLines(response)) if (line.trim() !== '') yield JSON.parse(line) as T;
}

interface Fields {
  event: string;
  data: string[];
  id: string | undefined;
  retry: number | undefined;
}

function emptyFields(): Fields {
  return { event: 'message', data: [], id: undefined, retry: undefined };
}

function addField(fields: Fields, line: string): void {
  const colon = line.indexOf(':');
  if (colon === 0) return;
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') fields.data.push(value);
  else if (name === 'event') fields.event = value;
  else if (name === 'id') fields.id = value;
  else if (name === 'retry' && /^\d+$/.test(value)) fields.retry = Number(value);
}

/** The lines of a body, however the bytes were cut; ends of lines are LF, CR or CRLF. */
async function* textLines(response: Response): AsyncGenerator<string, void, undefined> {
  if (response.body === null) return;
  const stream = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await stream.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A CR at the very end may be half of a CRLF: leave it for the next chunk.
      const lines = rest.split(done ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      yield* lines;
      if (done) break;
    }
    if (rest !== '') yield rest;
  } finally {
    await stream.cancel().catch(() => undefined);
  }
}
