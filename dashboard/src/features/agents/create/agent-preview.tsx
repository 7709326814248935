import { useDeferredValue, useMemo } from "react";
import { displayName, emoji as emojiRule, roleShort } from "#contract";
import { renderDocuments } from "#render-documents";
import { EmojiTile } from "../../../ui/emoji-tile.tsx";
import { PathText } from "../../../ui/path-text.tsx";
import { workspacePath } from "../workspace-path.ts";
import type { DraftForm } from "./use-draft-form.ts";

/** What will come of it: how it looks, what it is called, where it lives, and how its SOUL.md begins. */
export function AgentPreview({ form }: { form: DraftForm }) {
  const { draft, chosen, executors, identity } = form;
  const name = displayName.safeParse(draft.name).data;
  const role = roleShort.safeParse(draft.purpose).data;
  const executor = executors.length === 1 ? executors[0] : executors.find(({ id }) => id === draft.executorId);
  const agentId = identity?.agentId;
  return (
    <section aria-label="Preview" className="flex min-w-0 flex-col gap-4 rounded-lg bg-sunken p-4">
      <div className="flex items-center gap-3 rounded-lg border border-line bg-surface p-3 shadow-raised">
        <EmojiTile emoji={chosen.emoji} color={chosen.color} />
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold text-sm leading-6">{name ?? "New agent"}</p>
          <p className="truncate text-quiet text-sm">{role || "No purpose given"}</p>
        </div>
      </div>
      <dl className="flex flex-col gap-2 text-xs">
        <Line label="Id" value={agentId} />
        <Line label="Key" value={identity?.agentKey} />
        <Line label="Workspace" value={agentId && workspacePath(agentId, executor)} />
      </dl>
      <Soul
        name={name ?? "New agent"}
        role={role ?? ""}
        emoji={emojiRule.safeParse(chosen.emoji).data ?? chosen.emoji}
        project={chosen.project?.name ?? ""}
        agentId={agentId ?? ""}
      />
    </section>
  );
}

function Line({ label, value }: { label: string; value: string | undefined }) {
  return (
    <div className="grid grid-cols-[5rem_1fr] gap-2">
      <dt className="text-quiet">{label}</dt>
      <dd className="min-w-0 wrap-anywhere font-mono text-ink">
        {value ? <PathText path={value} /> : <span className="font-sans text-faint">Follows from the name</span>}
      </dd>
    </div>
  );
}

type SoulProps = Parameters<typeof renderDocuments>[0];

function Soul(props: SoulProps) {
  const { name, role, emoji, project, agentId } = useDeferredValue(props);
  const text = useMemo(() => {
    const documents = renderDocuments({ name, role, emoji, project: project.replace(/\s+/g, " ").trim(), agentId });
    return documents.find(({ doc_type }) => doc_type === "soul")?.content ?? "";
  }, [name, role, emoji, project, agentId]);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-1.5">
      <h3 className="font-medium text-quiet text-xs">SOUL.md</h3>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="SOUL.md"
        className="h-0 min-h-48 grow overflow-y-auto rounded-md border border-line bg-surface p-3"
      >
        <pre className="whitespace-pre-wrap break-words font-mono text-2xs text-ink">{text}</pre>
      </section>
    </div>
  );
}
