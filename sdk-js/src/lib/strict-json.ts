/** How deep arrays and objects may stand in one another. */
const MAX_DEPTH = 32;

/** A string, with the colon that makes it a member's name, or a bracket. */
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g;

/**
 * Reads a JSON object. Throws where it is none, is nested too deep, or names a member twice: then two readers could see
 * two different documents.
 */
export function strictObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('no object');
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') {
      if (open.push(new Set()) > MAX_DEPTH) throw new SyntaxError('nested too deep');
    } else if (token === '}' || token === ']') open.pop();
    else if (string !== undefined && colon !== undefined) note(open.at(-1), JSON.parse(string) as string);
  }
  return value as Record<string, unknown>;
}

function note(names: Set<string> | undefined, name: string): void {
  if (names?.has(name) === true) throw new SyntaxError('a member twice');
  names?.add(name);
}
