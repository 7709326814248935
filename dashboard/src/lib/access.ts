import { queryOptions, useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { supabase } from "./supabase.ts";

const role = z.enum(["viewer", "operator", "owner"]);
/** A viewer reads, an operator changes, an owner also says who belongs. */
export type Role = z.infer<typeof role>;

const access = z.object({
  /** While it is open, everybody who signs in may read and change everything. */
  mode: z.enum(["open", "members"]),
  /** The person's own, by project id. */
  roles: z.record(z.string(), role),
  /** Set when it is no person who signed in, but an executor. */
  executor_id: z.string().nullable(),
});
export type Access = z.infer<typeof access>;

/** What whoever is signed in may do. The database and the function decide; the page only knows what not to offer. */
export const accessQuery = queryOptions({
  queryKey: ["access"],
  queryFn: async ({ signal }): Promise<Access> => {
    const { data } = await supabase
      .from("access")
      .select("mode, roles, executor_id")
      .abortSignal(signal)
      .single()
      .throwOnError();
    return access.parse(data);
  },
});

/** Undefined until it was read. */
export function useAccess(): Access | undefined {
  return useQuery(accessQuery).data;
}

const writes = (held: Role | undefined): boolean => held === "operator" || held === "owner";

/** Whether changes to this project are worth offering; as long as nobody knows, they are. */
export function mayChange(known: Access | undefined, projectId: string): boolean {
  if (known === undefined) return true;
  return known.executor_id === null && (known.mode === "open" || writes(known.roles[projectId]));
}

/** The same for any project at all. */
export function mayChangeAnything(known: Access | undefined): boolean {
  if (known === undefined) return true;
  return known.executor_id === null && (known.mode === "open" || Object.values(known.roles).some(writes));
}

/** Whether there is nothing here that this person may see. */
export function isStranger({ mode, roles, executor_id: executorId }: Access): boolean {
  return executorId !== null || (mode === "members" && Object.keys(roles).length === 0);
}
