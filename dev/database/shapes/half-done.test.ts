import { expect, it } from "vitest";
import { migrate } from "../migrate.ts";
import { lookAtAll } from "./apply-twice.ts";
import { chapterNames, makeChapterFolder } from "./chapter-folder.ts";
import { createShape } from "./shape-database.ts";
import { SHAPES } from "./shapes.ts";

it.for(SHAPES)(
  "on %s a chapter that fails at its very end leaves the database as it was, whichever it is",
  { timeout: 60_000 },
  async (shape) => {
    await using database = await createShape(shape);
    await using folder = await makeChapterFolder();
    const { directory } = folder;
    await migrate(database.url, { directory });
    for (const name of await chapterNames()) {
      const before = await lookAtAll(database);
      await folder.addWith(name, "select 1 / 0;");
      await expect(migrate(database.url, { directory })).rejects.toThrow(
        `${name} was not applied, and nothing of it remains: division by zero`,
      );
      expect(await lookAtAll(database), name).toEqual(before);
      await folder.add(name);
      expect(await migrate(database.url, { directory })).toEqual([name]);
    }
    expect(await migrate(database.url)).toEqual([]);
  },
);
