import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MIGRATIONS } from "../migrate.ts";

/** The names of the real chapters, in order. */
export async function chapterNames(): Promise<string[]> {
  return (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql")).sort();
}

type ChapterFolder = AsyncDisposable & {
  directory: string;
  /** Puts a real chapter here, in place of what stood under its name. */
  add(name: string): Promise<void>;
  /** Puts it here with one more statement at its end. */
  addWith(name: string, statement: string): Promise<void>;
};

/** A folder for chapters, empty at first, which goes when it is disposed of. */
export async function makeChapterFolder(): Promise<ChapterFolder> {
  const directory = await mkdtemp(join(tmpdir(), "hatchery-chapters-"));
  return {
    directory,
    add: (name) => copyFile(join(MIGRATIONS, name), join(directory, name)),
    addWith: async (name, statement) => {
      const sql = await readFile(join(MIGRATIONS, name), "utf8");
      await writeFile(join(directory, name), `${sql}\n${statement}`);
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}
