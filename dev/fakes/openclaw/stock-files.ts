import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const IDENTITY = `# IDENTITY.md - Who Am I?

_Fill this in during your first conversation. Make it yours._

- **Name:**
  _(pick something you like)_
- **Creature:**
  _(AI? robot? familiar? ghost in the machine? something weirder?)_
- **Vibe:**
  _(how do you come across? sharp? warm? chaotic? calm?)_
- **Emoji:**
  _(your signature — pick one that feels right)_
- **Avatar:**
  _(workspace-relative path, http(s) URL, or data URI)_

---

Notes:

- Save this file at the workspace root as \`IDENTITY.md\`.
- Fields are parsed as \`- Label: value\` lines.
`;

const STOCK = {
  "AGENTS.md": "# AGENTS.md - Your Workspace\n\nKeep workspace conventions here.\n",
  "USER.md": "# USER.md - Durable User Directives\n\nAdd one directive per line.\n",
  "IDENTITY.md": IDENTITY,
};

const FIRST_RUN = {
  "SOUL.md": "# SOUL.md - Who You Are\n\nYou are becoming someone.\n",
  "BOOTSTRAP.md": "# BOOTSTRAP.md - Hello, World\n\nYou just woke up. Time to find out who you are.\n",
};

/** The field of the stock form, or a plain one that somebody wrote. */
const NAME_LINE = /^- (?:\*\*)?Name:(?:\*\*)?.*$/im;
const EMOJI_LINE = /^- (?:\*\*)?Emoji:(?:\*\*)?.*$/im;

/** What the gateway's `agents.update` does to IDENTITY.md, and the CLI's `set-identity` does not. */
export function writeIdentity(workspace: string, { name, emoji }: { name: string; emoji: string }): void {
  const file = join(workspace, "IDENTITY.md");
  const text = existsSync(file) ? readFileSync(file, "utf8") : IDENTITY;
  writeFileSync(
    file,
    text.replace(NAME_LINE, () => `- Name: ${name}`).replace(EMOJI_LINE, () => `- Emoji: ${emoji}`),
  );
}

/**
 * What `agents add` does to a workspace: a folder without SOUL.md gets the first-run interview; one that was seeded keeps
 * its files, gets those that are missing, and has the agent's id written into IDENTITY.md as its name.
 */
export function addStockFiles(workspace: string, id: string): void {
  mkdirSync(workspace, { recursive: true, mode: 0o755 });
  const seeded = existsSync(join(workspace, "SOUL.md"));
  for (const [name, text] of Object.entries(seeded ? STOCK : { ...STOCK, ...FIRST_RUN })) {
    const file = join(workspace, name);
    if (!existsSync(file)) writeFileSync(file, text, { mode: 0o644 });
  }
  if (!seeded) return;
  const file = join(workspace, "IDENTITY.md");
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(NAME_LINE, () => `- Name: ${id}`),
  );
}
