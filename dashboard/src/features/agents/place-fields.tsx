import { executorLabel } from "../../lib/fleet/executor-label.ts";
import type { ExecutorRow, ProjectRow } from "../../lib/fleet/rows.ts";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";

const ANY = "";

export type PlaceForm = {
  /** What somebody picked. */
  draft: { executorId: string | null };
  edit: (changes: { executorId: string | null } | { projectId: string }) => void;
  chosen: { project: ProjectRow | undefined };
  executors: readonly ExecutorRow[];
  projects: readonly ProjectRow[];
  /** What is wrong, by the field's name in the command. */
  problems: Partial<Record<string, string>>;
};

/** Where it is to live and what it belongs to; each only where there is a choice. */
export function PlaceFields({ form }: { form: PlaceForm }) {
  const { draft, edit, chosen, executors, projects, problems } = form;
  const hasSeveralExecutors = executors.length > 1;
  // A refusal must stand somewhere even when the choice that led to it is gone.
  return (
    <>
      {(projects.length > 1 || problems["projectId"] !== undefined) && (
        <Field label="Project" error={problems["projectId"]}>
          <Select
            value={chosen.project?.id ?? ""}
            onValueChange={(projectId) => edit({ projectId })}
            options={projects.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Field>
      )}
      {(hasSeveralExecutors || problems["executorId"] !== undefined) && (
        <Field label="Executor" error={problems["executorId"]}>
          <Select
            value={draft.executorId ?? ANY}
            onValueChange={(id) => edit({ executorId: id === ANY ? null : id })}
            options={[
              { value: ANY, label: "Whichever is free first" },
              ...executors.map((executor) => ({ value: executor.id, label: executorLabel(executor) })),
            ]}
          />
        </Field>
      )}
    </>
  );
}
