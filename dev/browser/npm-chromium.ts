import { createReadStream, createWriteStream } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
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
    const unpack = (name: string, to: string) =>
      pipeline(archive(name), createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }));
    await unpack("chromium.br", join(draft, "chromium"));
    for (const name of ["al2023.tar.br", "swiftshader.tar.br"]) {
      // By way of a file: tar stops reading at the end of the archive, which would break a pipe that still has padding.
      const tar = join(draft, "libraries.tar");
      await unpack(name, tar);
      await execa("tar", ["-xf", tar, "-C", draft]);
      await rm(tar);
    }
    await writeFile(join(draft, "launch"), LAUNCHER);
    await chmod(join(draft, "launch"), 0o755);
  });
  return join(folder, "launch");
}
