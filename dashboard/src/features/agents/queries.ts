import { supabase } from "../../lib/supabase.ts";

/** An agent, with the state that its newest request gives it. */
export type AgentRow = { key: string; name: string; emoji: string; role: string; state: string };

/** Every agent the signed-in person may see, by name. Throws when Supabase cannot be asked. */
export async function listAgents(): Promise<AgentRow[]> {
  const [agents, requests] = await Promise.all([
    supabase.from("agents").select("agent_key, name, emoji, role, provisioned").order("name").throwOnError(),
    supabase.from("agent_provision_requests").select("agent_key, status, result").order("requested_at").throwOnError(),
  ]);
  const newest = new Map(requests.data.map((request) => [request.agent_key, request.status]));
  return agents.data.map((agent) => ({
    key: agent.agent_key,
    name: agent.name,
    emoji: agent.emoji ?? "",
    role: agent.role ?? "",
    state: agent.provisioned ? "Live" : (newest.get(agent.agent_key) ?? "Not on this Mac"),
  }));
}

/** Calls back whenever something about the agents may have changed, until the page goes. */
export function onAgentsChanged(look: () => void): void {
  supabase
    .channel("agents")
    .on("postgres_changes", { event: "*", schema: "public", table: "agents" }, look)
    .on("postgres_changes", { event: "*", schema: "public", table: "agent_provision_requests" }, look)
    .on("system", {}, look)
    .subscribe();
}

/** The e-mail address of the person who is signed in, if anyone is. */
export async function signedInAs(): Promise<string | undefined> {
  const { data } = await supabase.auth.getSession();
  return data.session?.user.email;
}
