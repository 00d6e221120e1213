/*
 * Lists and dictionaries of structured fields (RFC 9651), as far as headers about limits need them: items and their
 * parameters, no inner lists.
 */

/** `"minute";q=60;w=60` or `limit=60`. */
export interface StructuredMember {
  /** In a dictionary, what stands before `=`. */
  readonly key: string | undefined;
  /** The item if it is a string or a token: a name. */
  readonly name: string | undefined;
  /** The item as it stands. */
  readonly text: string;
  /** As they stand; one without a value is `?1`. */
  readonly parameters: ReadonlyMap<string, string>;
}

const KEY = String.raw`[a-z*][a-z0-9_\-.*]*`;
const STRING = String.raw`"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"`;
const TOKEN = String.raw`[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_|~:/\x60]*`;
const ITEM = String.raw`(?:${STRING}|%${STRING}|:[A-Za-z0-9+/=]*:|\?[01]|@?-?\d{1,15}(?:\.\d{1,3})?|${TOKEN})`;
const PARAMETER = String.raw`; *(${KEY})(?:=(${ITEM}))?`;

/** The members of a field; none at all where one of them is wrong, as the RFC says. */
export function members(field: string): StructuredMember[] {
  const member = new RegExp(String.raw`[ \t]*(?:(${KEY})=)?(${ITEM})((?:${PARAMETER})*)[ \t]*(,|$)`, 'y');
  const found: StructuredMember[] = [];
  while (member.lastIndex < field.length) {
    const match = member.exec(field);
    if (match === null) return [];
    const [, key, text = '', parameters = ''] = match;
    found.push({ key, name: nameOf(text), text, parameters: new Map([...parameters.matchAll(new RegExp(PARAMETER, 'g'))].map(([, name = '', value = '?1']) => [name, value])) });
  }
  return found;
}

function nameOf(text: string): string | undefined {
  if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
  return /^[A-Za-z*]/.test(text) ? text : undefined;
}
