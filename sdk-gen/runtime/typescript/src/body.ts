import type { PartFormat } from './operation.js';
import { queryPairs } from './parameters.js';

/** Bytes to send as they are. A stream can be sent once only, so such a call is never retried. */
export type BytesInput = Blob | ArrayBuffer | ArrayBufferView | ReadableStream<Uint8Array> | string;

/** A file of a multipart body, with its name. A `File` has one already. */
export interface NamedFile {
  readonly content: Blob | ArrayBuffer | ArrayBufferView | string;
  readonly name: string;
  readonly type?: string;
}

/** A file of a multipart body. */
export type FileInput = Blob | ArrayBuffer | ArrayBufferView | NamedFile;

/** A body ready for `fetch`. */
export interface EncodedBody {
  readonly content: BodyInit;
  /** Absent where `fetch` must write it (multipart has a boundary). */
  readonly contentType?: string;
  /** Whether the same bytes can be sent again. */
  readonly repeatable: boolean;
}

type Parts = Readonly<Record<string, PartFormat>>;

/**
 * Writes a body in the first of the media types that fits the value: bytes go as bytes, a `FormData` as multipart,
 * whatever the preferred type is.
 */
export function encodeBody(value: unknown, mediaTypes: readonly string[], parts: Parts = {}): EncodedBody | undefined {
  if (value === undefined) return undefined;
  if (value instanceof FormData) return { content: value, repeatable: true };
  if (value instanceof URLSearchParams) return { content: value, repeatable: true };
  const types = mediaTypes.length === 0 ? ['application/json'] : mediaTypes;
  if (isBytes(value)) return bytesBody(value, types);
  return encodeAs(value, (typeof value === 'string' ? typeOfText(types) : types[0]) ?? 'application/json', parts);
}

/** A text goes as text where that is offered, else as JSON or whatever takes a single value. */
function typeOfText(types: readonly string[]): string | undefined {
  return types.find((one) => /^text\/|[/+](xml|yaml)\b/i.test(one)) ?? types.find((one) => !['multipart', 'form'].includes(kindOf(one))) ?? types[0];
}

function encodeAs(value: unknown, contentType: string, parts: Parts): EncodedBody {
  switch (kindOf(contentType)) {
    case 'multipart':
      return { content: multipart(value, parts), repeatable: true };
    case 'form':
      return { content: formFields(value, parts), contentType: 'application/x-www-form-urlencoded', repeatable: true };
    case 'lines':
      return { content: lines(value), contentType, repeatable: true };
    case 'json':
      return { content: JSON.stringify(value), contentType, repeatable: true };
    default:
      return { content: typeof value === 'object' ? JSON.stringify(value) : String(value), contentType, repeatable: true };
  }
}

function bytesBody(value: Blob | ArrayBuffer | ArrayBufferView | ReadableStream, types: readonly string[]): EncodedBody {
  const declared = types.find((one) => !['json', 'form', 'multipart'].includes(kindOf(one))) ?? types[0];
  const own = value instanceof Blob && value.type !== '' ? value.type : undefined;
  const contentType = declared === undefined || declared.includes('*') ? (own ?? 'application/octet-stream') : declared;
  return { content: value as BodyInit, contentType, repeatable: !(value instanceof ReadableStream) };
}

type Kind = 'json' | 'lines' | 'form' | 'multipart' | 'other';

/** How a media type is written. */
export function kindOf(mediaType: string): Kind {
  const essence = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  if (essence === 'application/json' || essence === 'text/json' || essence.endsWith('+json') || essence === '*/*' || essence === 'application/*') return 'json';
  if (['application/jsonl', 'application/x-ndjson', 'application/ndjson', 'application/x-jsonlines'].includes(essence)) return 'lines';
  if (essence === 'application/x-www-form-urlencoded') return 'form';
  return essence.startsWith('multipart/') ? 'multipart' : 'other';
}

function lines(value: unknown): string {
  return (Array.isArray(value) ? value : [value]).map((one) => `${JSON.stringify(one)}\n`).join('');
}

function isBytes(value: unknown): value is Blob | ArrayBuffer | ArrayBufferView | ReadableStream {
  return value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value) || value instanceof ReadableStream;
}

function isNamedFile(value: unknown): value is NamedFile {
  return typeof value === 'object' && value !== null && 'content' in value && typeof (value as NamedFile).name === 'string';
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function formFields(value: unknown, parts: Parts): string {
  const pairs = entriesOf(value).flatMap(([name, field]) => {
    const format = parts[name] ?? {};
    return queryPairs(name, field, format.contentType === undefined || kindOf(format.contentType) !== 'json' ? format : { content: format.contentType });
  });
  return pairs.map(([name, field]) => `${name}=${field}`).join('&');
}

function multipart(value: unknown, parts: Parts): FormData {
  const form = new FormData();
  for (const [name, field] of entriesOf(value)) {
    for (const one of Array.isArray(field) && parts[name]?.contentType !== 'application/json' ? field : [field]) appendPart(form, name, one, parts[name]);
  }
  return form;
}

function appendPart(form: FormData, name: string, value: unknown, format: PartFormat | undefined): void {
  if (value === undefined || value === null) return;
  const type = format?.contentType?.split(',')[0]?.trim();
  if (value instanceof Blob) form.append(name, value);
  else if (isBytes(value)) form.append(name, blob(value as BlobPart, type), name);
  else if (isNamedFile(value)) form.append(name, blob(value.content as BlobPart, value.type ?? type), value.name);
  else if (typeof value === 'object' && !(value instanceof Date)) form.append(name, blob(JSON.stringify(value), type ?? 'application/json'));
  else if (type !== undefined && type !== 'text/plain') form.append(name, blob(type.endsWith('json') ? JSON.stringify(value) : String(value), type));
  else form.append(name, value instanceof Date ? value.toISOString() : String(value));
}

function blob(content: BlobPart, type: string | undefined): Blob {
  return new Blob([content], type === undefined ? {} : { type });
}
