const PLACEHOLDER = /^[ \t]+_\(.*\)_[ \t]*\r?$/;

/** Sets every `- <label>:` line, bold or not: OpenClaw lets the last one win. Answers false when there is none. */
function setField(lines: string[], label: string, value: string): boolean {
  const field = new RegExp(`^([ \\t]*-[ \\t]*[*_\`]*${label}[*_\`]*[ \\t]*:[*_\`]*).*?(\\r?)$`, "i");
  let found = false;
  for (let index = 0; index < lines.length; index++) {
    const [line, start, ending] = field.exec(lines[index] ?? "") ?? [];
    if (line === undefined) continue;
    found = true;
    lines[index] = `${start} ${value}${ending}`;
    if (PLACEHOLDER.test(lines[index + 1] ?? "")) lines.splice(index + 1, 1);
  }
  return found;
}

/**
 * The text of IDENTITY.md with this name and emoji. Takes the present text, or null for a new file. Every other line is
 * kept as it is, except the placeholder `_(…)_` under a field that now has a value.
 */
export function withIdentity(markdown: string | null, { name, emoji }: { name: string; emoji: string }): string {
  const lines = (markdown ?? "# IDENTITY.md - Who Am I?\n").split("\n");
  const missing = [
    ["Name", name],
    ["Emoji", emoji],
  ].flatMap(([label = "", value = ""]) => (setField(lines, label, value) ? [] : [`- ${label}: ${value}`]));
  const text = lines.join("\n");
  if (missing.length === 0) return text;
  const before = text === "" || text.endsWith("\n\n") ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  return `${text}${before}${missing.join("\n")}\n`;
}
