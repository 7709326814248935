/** Agent keys are unique within a project only. */
export function viewId(row: { project_id: string; agent_key: string }): string {
  return `${row.project_id}/${row.agent_key}`;
}
