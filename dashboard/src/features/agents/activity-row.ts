/** The columns of `activities` that the pages read. */
export type ActivityRow = {
  id: string;
  type: string;
  message: string;
  /** User id, anon, service_role or executor:<id>; null: from before, or nobody in particular. */
  requested_by: string | null;
  created_at: string;
};
