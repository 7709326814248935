/** What `npm run -s status` prints. */
export interface Status {
  lines: Record<string, string>;
  /** Names of the parts that do not work. */
  down: string[];
}

/** Names of the parts that do not work: status tells all it can. */
export async function findDown(works: Record<string, () => Promise<boolean>>): Promise<string[]> {
  const down: string[] = [];
  for (const [name, check] of Object.entries(works)) if (!(await check().catch(() => false))) down.push(name);
  return down;
}

/** The address by its port; empty until it is chosen, when its turn comes at the first start. */
export const dashboardAddress = (port: number | undefined): string =>
  port === undefined ? "" : `http://127.0.0.1:${port}`;
