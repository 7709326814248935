import { expect, it } from "vitest";
import { exampleAgent } from "../../../lib/fleet/example-rows.ts";
import { createViewMaker } from "../agent-views.ts";
import type { DocumentTrouble } from "../queries.ts";
import { troubleWords } from "./document-troubles.ts";

const VIEWS = createViewMaker()(
  { agents: [exampleAgent({ provisioned: true })], requests: [], executors: [], runtimes: [] },
  new Date(),
);
const conflict = (more: Partial<DocumentTrouble> = {}): DocumentTrouble => ({
  executor_id: "mini",
  conflict_version: 9,
  brain_docs: { project_id: "front-office", agent_key: "agent:ricky:main", doc_type: "soul" },
  ...more,
});
const said = (troubles: DocumentTrouble[]) => [...troubleWords(troubles, VIEWS).values()];

it("one document is named with what is wrong, several are counted", () => {
  expect(said([conflict()])).toEqual(["SOUL.md differs on disk"]);
  expect(said([conflict({ conflict_version: null })])).toEqual(["SOUL.md could not be written"]);
  expect(said([conflict(), conflict()])).toEqual(["2 documents are not in sync"]);
});

it("what another Mac said, and what is about an agent that is gone, does not count", () => {
  const gone = { project_id: "front-office", agent_key: "agent:ada:main", doc_type: "soul" };
  expect(said([conflict({ executor_id: "studio" }), conflict({ brain_docs: gone })])).toEqual([]);
});
