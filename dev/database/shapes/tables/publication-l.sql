-- That dashboard subscribed to more tables than these and silently received nothing.
alter publication supabase_realtime add table public.tasks, public.chat_messages, public.agent_status;
