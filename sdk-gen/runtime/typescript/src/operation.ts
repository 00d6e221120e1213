/** How a parameter is written on the wire (OpenAPI 3.1, "Style Values"). */
export type ParameterStyle = 'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';

/** One way to write a value; what is left out follows the default of the place where the parameter stands. */
export interface ParameterFormat {
  readonly style?: ParameterStyle;
  readonly explode?: boolean;
  /** Reserved characters of RFC 3986 stay as they are. */
  readonly allowReserved?: boolean;
  /** The value is a document of this media type (`content`), not a styled value. */
  readonly content?: string;
}

/** A query, header or cookie parameter. */
export interface Parameter extends ParameterFormat {
  /** The name on the wire. */
  readonly name: string;
  /** The property that carries it in the caller's object, where the name on the wire cannot be it. */
  readonly key?: string;
}

/** How one field of a form or one part of a multipart body is written. */
export interface PartFormat extends ParameterFormat {
  readonly contentType?: string;
}

/** The alternatives of `security`: each lists the schemes that are needed together; an empty one means "without". */
export type Security = readonly (readonly string[])[];

/** What the body of a successful answer becomes. */
export type AnswerKind = 'json' | 'text' | 'response' | 'none';

/** What the contract says of one operation: all that the transport needs, and nothing about types. */
export interface Operation {
  readonly method: string;
  /** The path template, `/v1/items/{itemId}`. */
  readonly path: string;
  /** Only for path parameters that are not in the style `simple`. */
  readonly pathFormats?: Readonly<Record<string, ParameterFormat>>;
  readonly query?: readonly (string | Parameter)[];
  readonly header?: readonly (string | Parameter)[];
  readonly cookie?: readonly (string | Parameter)[];
  /** Media types of the body, the preferred one first. */
  readonly body?: readonly string[];
  readonly parts?: Readonly<Record<string, PartFormat>>;
  /** The value of `Accept`; JSON unless said otherwise. */
  readonly accept?: string;
  /** JSON unless said otherwise. */
  readonly answer?: AnswerKind;
  readonly security?: Security;
  /** The header that makes a repeated call harmless, where the operation declares one. */
  readonly idempotencyHeader?: string;
  /** An own server, used as long as the caller has not set `baseUrl`. */
  readonly server?: string;
  /** Whether the answer holds tokens to keep, renews them, or ends them. */
  readonly tokens?: 'issue' | 'refresh' | 'revoke';
}

/** The arguments of one call, sorted by where they go. */
export interface CallInput {
  readonly path?: Readonly<Record<string, unknown>>;
  /** Query, header and cookie parameters by their keys. */
  readonly params?: object | undefined;
  readonly body?: unknown;
}
