import { EmptyState } from "../../../ui/empty-state.tsx";

/** What the text may look like, as long as there is none. */
export function PreviewHelp() {
  return (
    <EmptyState level={3} title="Each line becomes an agent" className="m-auto py-8">
      <p>A name, and if you like a purpose and an emoji, separated by commas. The key follows from the name.</p>
      <p className="mt-3">
        Rows copied from a spreadsheet, CSV and JSON work too. A first row may name the columns: name, purpose, emoji,
        colour, key.
      </p>
    </EmptyState>
  );
}
