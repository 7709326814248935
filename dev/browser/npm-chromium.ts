import { createReadStream, createWriteStream } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { execa } from "execa";
import { cachedFolder } from "./cached-folder.ts";
import { packageFolder } from "./package-folder.ts";

// nss, nspr and expat come with it and are found before the system's, which may be missing or older.
const LAUNCHER = `#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec "$here/chromium" --no-sandbox --headless=shell "$@"
`;

/**
 * The executable of the Chromium that npm installed, unpacked at the first call (a second, 200 MB); undefined when there
 * is none or this is not the machine it was built for.
 */
export async function npmChromium(): Promise<string | undefined> {
  const found = packageFolder("@sparticuz/chromium");
  if (found === undefined || process.platform !== "linux" || process.arch !== "x64") return undefined;
  const archive = (name: string) => createReadStream(join(found.folder, "bin", name));
  const folder = await cachedFolder(`chromium-${found.version}`, async (draft) => {
    const binary = createWriteStream(join(draft, "chromium"), { mode: 0o755 });
    await pipeline(archive("chromium.br"), createBrotliDecompress(), binary);
    for (const name of ["al2023.tar.br", "swiftshader.tar.br"]) {
      await pipeline(archive(name), createBrotliDecompress(), execa("tar", ["-x", "-C", draft]).writable());
    }
    await writeFile(join(draft, "launch"), LAUNCHER);
    await chmod(join(draft, "launch"), 0o755);
  });
  return join(folder, "launch");
}
