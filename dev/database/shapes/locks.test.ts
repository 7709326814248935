import pg from "pg";
import { expect, it } from "vitest";
import { migrate } from "../migrate.ts";
import { readCatalog } from "./catalog.ts";
import { chapterNames, makeChapterFolder } from "./chapter-folder.ts";
import { createShape } from "./shape-database.ts";

it.for([
  ["agents", "20261122000003_agents.sql"],
  ["brain_docs", "20261122000005_documents.sql"],
  ["agent_provision_requests", "20261122000006_requests.sql"],
] as const)(
  "while another session has written to %s, its chapter gives up soon and says so, and applies afterwards",
  async ([table, chapter]) => {
    await using database = await createShape("M");
    const names = await chapterNames();
    const [earlier, later] = [names.filter((name) => name < chapter), names.filter((name) => name >= chapter)];
    await using folder = await makeChapterFolder();
    for (const name of earlier) await folder.add(name);
    await migrate(database.url, { directory: folder.directory });
    const before = await readCatalog(database);

    const session = new pg.Client({ connectionString: database.url });
    await session.connect();
    await session.query(`begin; update public.${table} set id = id`);
    try {
      await expect(migrate(database.url, { lockSeconds: 0.3 })).rejects.toThrow(
        `${chapter} was not applied, and nothing of it remains: another session held a lock on a table of it for 0.3 s; try again when that session is done`,
      );
      expect(await readCatalog(database)).toEqual(before);
      await session.query("commit");
    } finally {
      await session.end();
    }
    expect(await migrate(database.url)).toEqual(later);
  },
);
