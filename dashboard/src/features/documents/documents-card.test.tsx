import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { exampleAgent, exampleExecutor } from "../../lib/fleet/example-rows.ts";
import { executorsQuery } from "../../lib/fleet/queries.ts";
import { DocumentsCard } from "./documents-card.tsx";
import { exampleDisk, exampleDocument } from "./example-documents.ts";
import { documentsQuery } from "./queries.ts";

const RICKY = exampleAgent({ provisioned: true });
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** The documents of Ricky, of which the Mac mini has these revisions; each is in its third. */
async function show(onDisk: Record<string, number>, seenMinutesAgo: number) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(executorsQuery.queryKey, [exampleExecutor({ last_seen_at: minutesAgo(seenMinutesAgo) })]);
  const rows = Object.entries(onDisk).map(([type, revision]) =>
    exampleDocument({ id: type, doc_type: type, brain_doc_disk: [exampleDisk({ revision })] }),
  );
  client.setQueryData(documentsQuery(RICKY).queryKey, rows);
  return await render(
    <QueryClientProvider client={client}>
      <DocumentsCard agent={RICKY} />
    </QueryClientProvider>,
  );
}

test.each([
  ["saved texts on their way", { soul: 2, user: 2, memory_long: 3 }, 0, "2 on their way to Mac mini"],
  ["one of them", { soul: 2, user: 3 }, 0, "1 on its way to Mac mini"],
  ["that they wait while the Mac is away", { soul: 2, user: 2 }, 190, "2 wait for Mac mini, last seen 3 h ago"],
  ["nothing when all is on disk", { soul: 3, user: 3 }, 0, ""],
])("the card says %s", async (_, onDisk, seenMinutesAgo, words) => {
  const screen = await show(onDisk, seenMinutesAgo);
  await expect.element(screen.getByText("SOUL.md")).toBeVisible();
  expect(screen.getByRole("status").element().parentElement?.textContent).toBe(words);
});
