// CSV as spreadsheets write it (RFC 4180): a header, then rows; a quoted field may hold commas, quotes and line breaks.

export type Row = Record<string, string>;

function* fields(text: string): Generator<{ value: string; endsRow: boolean }> {
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/y;
  while (field.lastIndex < text.length) {
    const found = field.exec(text);
    if (!found) throw new Error(`the CSV is broken at character ${field.lastIndex}`);
    const [, quoted, plain = '', end] = found;
    yield { value: quoted === undefined ? plain : quoted.replaceAll('""', '"'), endsRow: end !== ',' };
  }
}

export function readCsv(text: string): Row[] {
  const rows: string[][] = [[]];
  for (const { value, endsRow } of fields(text.replace(/^\uFEFF/, ''))) {
    rows.at(-1)?.push(value);
    if (endsRow) rows.push([]);
  }
  const [header = [], ...rest] = rows.filter((row) => row.some((value) => value !== ''));
  return rest.map((row) => Object.fromEntries(header.map((name, place) => [name, row[place] ?? ''])));
}
