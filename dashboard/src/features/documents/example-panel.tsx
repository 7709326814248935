import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, vi } from "vitest";
import { type Locator, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import type { DocumentType } from "#contract";
import { Toaster } from "../../ui/toaster.tsx";
import { DocumentPanel } from "./document-panel.tsx";
import { exampleDocument, exampleDocumentAgent } from "./example-documents.ts";
import { documentsQuery, textQuery, versionTextQuery } from "./queries.ts";
import type { DocumentRow } from "./rows.ts";
import type { DocumentAgent } from "./use-document-agent.ts";

export const TEXT = "# Ricky\n\nYou are calm.\n\nYou like tea.\n";
const ANSWER = {
  docDate: null,
  updatedAt: null,
  updatedBy: null,
  onDisk: false,
  syncedAt: null,
  error: null,
  conflict: null,
};

type Shown = {
  row?: DocumentRow;
  text?: string;
  found?: DocumentAgent;
  type?: DocumentType;
  /** What the function answers to whatever is sent. */
  answer?: (body: Record<string, unknown>) => Response | Promise<Response>;
};

/** For tests: a document over what the cache holds. `rows` is what a look at the table finds; `sent` what the function was asked. */
export async function show({
  row = exampleDocument(),
  text = TEXT,
  found = exampleDocumentAgent(),
  type = "soul",
  answer,
}: Shown) {
  const sent: { method: string; path: string; body: Record<string, unknown> }[] = [];
  const rows = [row];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.searchParams.get("select")?.startsWith("content")) {
      const content = sent.at(-1)?.body["content"];
      if (content === undefined) return Response.json({ message: "Nothing is there" }, { status: 500 });
      return Response.json({ content, revision: rows.at(-1)?.revision, doc_date: null });
    }
    if (!url.pathname.startsWith("/functions/")) return Response.json(rows);
    const body: Record<string, unknown> = JSON.parse(String(init?.body));
    sent.push({ method: init?.method ?? "", path: url.pathname.replace(/.*\/agents\//, ""), body });
    return (await answer?.(body)) ?? Response.json({}, { status: 500 });
  });
  const client = new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, networkMode: "always" } },
  });
  const keep = (next: DocumentRow, content: string) => {
    client.setQueryData(textQuery(next.id, next.revision).queryKey, {
      content,
      revision: next.revision,
      doc_date: next.doc_date,
    });
    rows.splice(0, 1, next);
    client.setQueryData(documentsQuery(found.agent).queryKey, [next]);
  };
  keep(row, text);
  client.setQueryData(versionTextQuery(9).queryKey, TEXT.replace("tea", "coffee"));
  const screen = await render(
    <QueryClientProvider client={client}>
      <Toaster>
        <DocumentPanel found={found} type={type} />
      </Toaster>
    </QueryClientProvider>,
  );
  const editor = screen.getByRole("textbox", { name: "SOUL.md", exact: true });
  return { screen, client, sent, editor, keep, rows };
}

export type Screen = Awaited<ReturnType<typeof show>>;

/** Types at the very beginning. */
export async function typeAtStart({ editor }: Pick<Screen, "editor">, text: string) {
  await editor.click();
  await userEvent.keyboard("{Control>}{Home}{/Control}");
  await userEvent.keyboard(text);
}

export const reads = (place: Locator, text: RegExp) => expect.poll(() => place.element().textContent).toMatch(text);

export const savedAs = (revision: number) => (body: Record<string, unknown>) =>
  Response.json({ document: { ...ANSWER, content: body["content"], revision } }, { status: 202 });

export const changedTo = (content: string, revision: number) =>
  Response.json(
    {
      error: { code: "document_changed", message: "It was saved by somebody else meanwhile", hint: "Merge the two" },
      document: { ...ANSWER, content, revision },
      yours: { content: "" },
    },
    { status: 409 },
  );
