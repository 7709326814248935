import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { cachedFolder } from "./cached-folder.ts";
import { packageFolder } from "./package-folder.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

// <include> brings the system's fonts and what it prefers for serif, sans-serif and monospace.
const fontsConf = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>/usr/share/fonts</dir>
  <dir>${folder}</dir>
  <cachedir>${folder}</cachedir>
</fontconfig>
`;

/**
 * What a Chromium needs in its environment to draw emoji: a fontconfig file that adds Noto Color Emoji to the system's
 * fonts. Nothing on a Mac, which has its own.
 */
export async function fontEnvironment(): Promise<Record<string, string>> {
  if (process.platform !== "linux") return {};
  const found = packageFolder("@fontsource/noto-color-emoji");
  if (found === undefined) throw new Error("@fontsource/noto-color-emoji is not installed: run npm ci");
  const folder = await cachedFolder(`noto-color-emoji-${found.version}`, async (draft) => {
    const packed = join(found.folder, "files", "noto-color-emoji-emoji-400-normal.woff2");
    await execa("woff2_decompress.js", [packed, join(draft, "noto-color-emoji.ttf")], {
      preferLocal: true,
      localDir: PROJECT,
    });
  });
  const file = join(folder, "fonts.conf");
  await writeFile(file, fontsConf(folder));
  return { FONTCONFIG_FILE: file };
}
