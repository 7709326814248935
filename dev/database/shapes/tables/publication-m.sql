alter publication supabase_realtime add table
public.tasks, public.chat_messages, public.agents, public.agent_status, public.brain_docs, public.activities,
public.agent_provision_requests;
