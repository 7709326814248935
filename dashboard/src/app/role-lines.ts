import type { Access } from "../lib/access.ts";

const NAMES = { viewer: "Viewer", operator: "Operator", owner: "Owner" } as const;

/** As many as a small menu has room for. */
const MOST = 4;

/** What a person is in which project, a line each; empty until it was read. */
export function roleLines(access: Access | undefined, projects: readonly { id: string; name: string }[]): string[] {
  if (access === undefined) return [];
  if (access.executor_id !== null) return ["Account of an executor"];
  const names = new Map(projects.map(({ id, name }) => [id, name]));
  const lines = Object.entries(access.roles)
    .map(([id, role]) => `${NAMES[role]} of ${names.get(id) ?? id}`)
    .sort();
  if (lines.length === 0) return [access.mode === "open" ? "Open to everybody who signs in" : "Member of no project"];
  return lines.length <= MOST ? lines : [...lines.slice(0, MOST - 1), `and ${lines.length - MOST + 1} more`];
}
