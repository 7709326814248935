export type LineBreak = "\n" | "\r\n";

/** How the lines of a text end; of a mixed one, "\n". */
export function lineBreakOf(text: string): LineBreak {
  return text.includes("\r\n") && !/(?:^|[^\r])\n/.test(text) ? "\r\n" : "\n";
}

/**
 * The one replacement that makes `from` into `to`, in places of an editor whose lines end with one character; undefined
 * when they are alike.
 */
export function smallestChange(
  from: string,
  to: string,
  lineBreak: LineBreak,
): { from: number; to: number; insert: string } | undefined {
  if (from === to) return undefined;
  const [old, next] = lineBreak === "\n" ? [from, to] : [unify(from), unify(to)];
  if (old === next) return undefined;
  let start = 0;
  while (start < old.length && start < next.length && old[start] === next[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, next.length) - start;
  while (end < most && old[old.length - 1 - end] === next[next.length - 1 - end]) end += 1;
  const insert = next.slice(start, next.length - end);
  return { from: start, to: old.length - end, insert: lineBreak === "\n" ? insert : insert.replaceAll("\n", "\r\n") };
}

const unify = (text: string) => text.replace(/\r\n?/g, "\n");
