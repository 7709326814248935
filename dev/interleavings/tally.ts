/** What was played, so that a reader sees that it happened. */
export interface Tally {
  interleavings: number;
  /** Texts that the function said it has saved. */
  savesByFunction: number;
  savesByTable: number;
  /** Saves that met a newer text, and were merged. */
  merges: number;
  diskEdits: number;
  kills: number;
  restarts: number;
  lostAnswers: number;
  conflicts: number;
  settlements: number;
  /** Looks at files while all this went on. */
  looks: number;
}

export const emptyTally = (): Tally => ({
  ...{ interleavings: 0, savesByFunction: 0, savesByTable: 0, merges: 0, diskEdits: 0, kills: 0, restarts: 0 },
  ...{ lostAnswers: 0, conflicts: 0, settlements: 0, looks: 0 },
});
