/** What this process has done since it started; docs/operations.md says what each counts. */
export type Counters = {
  claimed: number;
  done: number;
  failed: number;
  released: number;
  cancelled: number;
  retried: number;
  lostLeases: number;
  rebuilds: number;
  documentsWritten: number;
  documentsSaved: number;
  documentConflicts: number;
};

export const createCounters = (): Counters => ({
  claimed: 0,
  done: 0,
  failed: 0,
  released: 0,
  cancelled: 0,
  retried: 0,
  lostLeases: 0,
  rebuilds: 0,
  documentsWritten: 0,
  documentsSaved: 0,
  documentConflicts: 0,
});
