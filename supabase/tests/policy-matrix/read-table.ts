/** Rows by their first word, and in them the cells by the words of the first line. Every row has all of them. */
export type Table = Map<string, Map<string, string>>;

/** Reads a table that is written as a person reads it: words with spaces between, the first line naming the columns. */
export function readTable(text: string): Table {
  const [names = [], ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return new Map(
    rows.map(([row = "", ...cells]) => {
      if (cells.length !== names.length) throw new Error(`The row ${row} has ${cells.length} of ${names.length} cells`);
      return [row, new Map(names.map((name, index) => [name, cells[index] ?? ""]))];
    }),
  );
}

/** One cell. @throws Error when there is none: the thing has no entry */
export function cellOf(table: Table, row: string, column: string): string {
  const cell = table.get(row)?.get(column);
  if (cell === undefined) throw new Error(`No entry says what ${column} may do with ${row}`);
  return cell;
}
