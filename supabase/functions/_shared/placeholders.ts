/** The words that may stand between double braces in a template. */
export const PLACEHOLDERS = ["name", "role", "emoji", "project", "agent_id"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const BRACED = /\{\{(.*?)\}\}/gs;

function isPlaceholder(word: string): word is Placeholder {
  return PLACEHOLDERS.some((placeholder) => placeholder === word);
}

/**
 * The template with every placeholder replaced, in one pass: braces, `$&` or Markdown inside a value come out as written.
 * Throws on an unknown placeholder and on double braces that open or close nothing.
 */
export function fillPlaceholders(template: string, values: Record<Placeholder, string>): string {
  const stray = /\{\{|\}\}/.exec(template.replace(BRACED, ""));
  if (stray) throw new Error(`The template holds ${stray[0]} without its other half`);

  return template.replace(BRACED, (braced: string, word: string) => {
    if (!isPlaceholder(word)) {
      throw new Error(`Unknown placeholder ${braced}: a template knows ${PLACEHOLDERS.join(", ")}`);
    }
    return values[word];
  });
}
