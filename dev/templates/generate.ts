/**
 * templates/*.md -> supabase/functions/_shared/templates.ts, so that the function and the browser carry the texts in
 * their bundle. With `--check` nothing is written, and the exit code is 1 when the file is not current.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SEEDED_FILES } from "#contract";
import { fillPlaceholders } from "../../supabase/functions/_shared/placeholders.ts";

const TEMPLATES_FOLDER = fileURLToPath(new URL("../../templates/", import.meta.url));
const GENERATED_FILE = fileURLToPath(new URL("../../supabase/functions/_shared/templates.ts", import.meta.url));

/** What OpenClaw reads of each file, in characters; it cuts the rest off. */
const READ_BY_OPENCLAW = { soul: 20_000, user: 4_000, memory_long: 20_000 };

/** The longest values the contract lets through, so that a template fits whatever is filled in. */
const LONGEST = {
  name: "n".repeat(80),
  role: "r".repeat(160),
  emoji: "👩🏽‍❤️‍💋‍👨🏿",
  project: "p".repeat(200),
  agent_id: "a".repeat(63),
};

/**
 * The source of templates.ts for the Markdown files in `folder`.
 * Throws when a file is missing, unexpected, too long for OpenClaw, or holds an unknown placeholder.
 */
export function generateTemplates(folder: string): string {
  const expected: string[] = Object.values(SEEDED_FILES);
  const unexpected = readdirSync(folder).find((fileName) => !expected.includes(fileName));
  if (unexpected) throw new Error(`No document type is named for the template ${unexpected}`);

  const entries = (["soul", "user", "memory_long"] as const).map((docType) => {
    const fileName = SEEDED_FILES[docType];
    const text = readFileSync(`${folder}/${fileName}`, "utf8");
    let filled: string;
    try {
      filled = fillPlaceholders(text, LONGEST);
    } catch (error) {
      throw new Error(`templates/${fileName} cannot be rendered`, { cause: error });
    }
    if (filled.length > READ_BY_OPENCLAW[docType]) {
      throw new Error(
        `templates/${fileName} is longer than the ${READ_BY_OPENCLAW[docType]} characters OpenClaw reads`,
      );
    }
    const literal = text.replace(/[\\`]|\$(?=\{)/g, "\\$&");
    return `  {\n    docType: "${docType}",\n    text: \`${literal}\`,\n  },\n`;
  });
  return `// Generated from templates/*.md by dev/templates/generate.ts; edit those instead.\nexport const TEMPLATES = [\n${entries.join("")}] as const;\n`;
}

if (import.meta.main) {
  const source = generateTemplates(TEMPLATES_FOLDER);
  if (!process.argv.includes("--check")) {
    writeFileSync(GENERATED_FILE, source);
  } else if (readFileSync(GENERATED_FILE, "utf8") !== source) {
    console.error("supabase/functions/_shared/templates.ts is not current: run node dev/templates/generate.ts");
    process.exitCode = 1;
  }
}
